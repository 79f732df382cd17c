// A key that clients send already becomes one of a project. Only its first characters are known
// here, so the whole of it has to be pasted.
import type {Keys} from 'model';
import {useRef, useState} from 'preact/hooks';

import {post} from '../../api';
import {sentence, visible} from '../../format';
import {Dialog} from '../../parts/dialog';
import {Notice} from '../../parts/notice';
import {refresh} from '../../poll';
import {KindField, NameField, ProjectField} from './key_fields';

interface Props {
  prefix: string;
  keys: Keys | null;
  onClose: () => void;
}

export function AdoptDialog({prefix, keys, onClose}: Props) {
  const form = useRef<HTMLFormElement>(null);
  const [error, setError] = useState('');
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    const fields = new FormData(form.current!);
    const whole = String(fields.get('key')).trim();
    if (!whole.startsWith(prefix)) {
      setError(`This one does not begin with ${visible(prefix)}.`);
      return;
    }
    setBusy(true);
    setError('');
    try {
      await post('/keys/adopt', {}, {
        key: whole, project: String(fields.get('project')), name: String(fields.get('name')),
        server_side: fields.get('kind') === 'server',
      });
      refresh();
      onClose();
    } catch (failure) {
      setBusy(false);
      setError(sentence(String((failure as Error).message)));
    }
  };
  return (
    <Dialog title={`Adopt ${visible(prefix)}…`} onClose={onClose}>
      <form class="fields" ref={form} onSubmit={submit}>
        {error !== '' && <Notice kind="error" title="Not done.">{error}</Notice>}
        <label>
          The whole key
          <input class="field" name="key" autocomplete="off" spellcheck={false} required
                 placeholder={`${prefix}…, as the client has it`} />
        </label>
        <ProjectField keys={keys} />
        <NameField />
        <KindField />
        <button type="submit" class="button-main" disabled={isBusy}>Adopt it</button>
      </form>
    </Dialog>
  );
}
