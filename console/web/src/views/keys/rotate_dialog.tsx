// Makes a key in place of another, which ends after a while in which both are good.
import type {Key, Keys, MadeKey} from 'model';
import {useRef, useState} from 'preact/hooks';

import {post} from '../../api';
import {sentence, visible} from '../../format';
import {rememberMade} from '../../made_key';
import {Dialog} from '../../parts/dialog';
import {Notice} from '../../parts/notice';
import {refresh} from '../../poll';
import {MadeKeyView} from './made_key_view';

interface Props {
  turned: Key;
  keys: Keys | null;
  onClose: () => void;
}

export function RotateDialog({turned, keys, onClose}: Props) {
  const form = useRef<HTMLFormElement>(null);
  const [made, setMade] = useState<MadeKey | null>(null);
  const [error, setError] = useState('');
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    const hours = Number(new FormData(form.current!).get('hours'));
    setBusy(true);
    setError('');
    try {
      const fresh = await post('/keys/{id}/rotate', {id: turned.id}, {overlap_hours: hours});
      rememberMade(fresh);
      setMade(fresh);
      refresh();
    } catch (failure) {
      setError(sentence(String((failure as Error).message)));
    }
    setBusy(false);
  };
  if (made !== null) {
    return (
      <Dialog title={`New key of ${visible(made.key.project)}`} isWide onClose={onClose}>
        <MadeKeyView made={made} keys={keys} />
      </Dialog>
    );
  }
  return (
    <Dialog title="Rotate the key" onClose={onClose}>
      <form class="fields" ref={form} onSubmit={submit}>
        {error !== '' && <Notice kind="error" title="Not done.">{error}</Notice>}
        <p>A new key for the same is made. Until the old one ends, both are good.</p>
        <label>
          The old key ends
          <select class="field" name="hours" autofocus>
            <option value="1">In an hour</option>
            <option value="24" selected>In a day</option>
            <option value="168">In a week</option>
            <option value="720">In 30 days</option>
            <option value="0">Now</option>
          </select>
        </label>
        <button type="submit" class="button-main" disabled={isBusy}>Make the new key</button>
      </form>
    </Dialog>
  );
}
