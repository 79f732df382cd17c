// Makes a key and shows it, once; or changes what a key is bound to.
import type {Key, Keys, MadeKey} from 'model';
import {useRef, useState} from 'preact/hooks';

import {patch, post} from '../../api';
import {sentence, visible} from '../../format';
import {rememberMade} from '../../made_key';
import {Dialog} from '../../parts/dialog';
import {Notice} from '../../parts/notice';
import {refresh} from '../../poll';
import {listOf} from './key_text';
import {KindField, NameField, ProjectField, RuleFields} from './key_fields';
import {MadeKeyView} from './made_key_view';

interface Props {
  keys: Keys | null;
  edited?: Key;
  onClose: () => void;
}

export function KeyDialog({keys, edited, onClose}: Props) {
  const form = useRef<HTMLFormElement>(null);
  const [made, setMade] = useState<MadeKey | null>(null);
  const [error, setError] = useState('');
  const [isBusy, setBusy] = useState(false);

  const submit = async (event: Event) => {
    event.preventDefault();
    const fields = new FormData(form.current!);
    const text = (name: string) => String(fields.get(name) ?? '');
    const rules = {
      name: text('name'),
      events_a_minute: Number(text('quota')) || 0,
      origins: listOf(text('origins')),
      addresses: listOf(text('addresses')),
    };
    setBusy(true);
    setError('');
    try {
      if (edited) {
        await patch('/keys/{id}', {id: edited.id}, rules);
      } else {
        const fresh = await post('/keys', {}, {
          ...rules, project: text('project'), server_side: text('kind') === 'server',
        });
        rememberMade(fresh);
        setMade(fresh);
      }
      refresh();
      if (edited) onClose();
    } catch (failure) {
      setError(sentence(String((failure as Error).message)));
    }
    setBusy(false);
  };

  if (made !== null) {
    return (
      <Dialog title={`Key of ${visible(made.key.project)}`} isWide onClose={onClose}>
        <MadeKeyView made={made} keys={keys} />
      </Dialog>
    );
  }
  return (
    <Dialog title={edited ? 'Change the key' : 'Make a key'} onClose={onClose}>
      <form class="fields" ref={form} onSubmit={submit}>
        {error !== '' && <Notice kind="error" title="Not done.">{error}</Notice>}
        {!edited && <ProjectField keys={keys} />}
        <NameField value={edited?.name} />
        {!edited && <KindField />}
        <RuleFields of={edited} />
        <button type="submit" class="button-main" disabled={isBusy}>
          {edited ? 'Change it' : 'Make the key'}
        </button>
      </form>
    </Dialog>
  );
}
