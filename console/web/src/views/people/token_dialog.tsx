// Makes an API token and shows it, once. When it expires has to be chosen.
import type {MadeToken, Role} from 'model';
import {useRef, useState} from 'preact/hooks';

import {post} from '../../api';
import type {Body} from '../../client';
import {sentence, visible} from '../../format';
import {Dialog} from '../../parts/dialog';
import {Notice} from '../../parts/notice';
import {refresh} from '../../poll';
import {highestRole} from '../../rights';
import {kRoleTexts, rolesUpTo} from './roles';
import {ShownOnce} from './shown_once';

type NewToken = Body<'POST', '/tokens'>;

export function TokenDialog({onClose}: {onClose: () => void}) {
  const form = useRef<HTMLFormElement>(null);
  const [made, setMade] = useState<MadeToken | null>(null);
  const [error, setError] = useState('');
  const [isBusy, setBusy] = useState(false);

  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError('');
    try {
      const fields = new FormData(form.current!);
      setMade(await post('/tokens', {}, {
        name: String(fields.get('name')),
        role: fields.get('role') as Role,
        expires_in: fields.get('expires_in') as NewToken['expires_in'],
      }));
      refresh();
    } catch (failure) {
      setError(sentence(String((failure as Error).message)));
    }
    setBusy(false);
  };

  if (made !== null) {
    return (
      <Dialog title={visible(made.token.name)} onClose={onClose}>
        <p>Copy it now: it is not shown again. Programs send it with each question:</p>
        <ShownOnce name="Token" text={made.secret} />
        <p class="hint"><code>Authorization: Bearer {made.secret.slice(0, 8)}…</code></p>
      </Dialog>
    );
  }
  return (
    <Dialog title="Make a token" onClose={onClose}>
      <form class="fields" ref={form} onSubmit={submit}>
        {error !== '' && <Notice kind="error" title="Not made.">{error}</Notice>}
        <label>
          Name
          <input class="field" name="name" maxLength={80} autocomplete="off" required autofocus
                 placeholder="What it is for" />
        </label>
        <label>
          Role
          <select class="field" name="role">
            {rolesUpTo(highestRole()).map(({value, label}) => (
              <option key={value} value={value}>{label}: {kRoleTexts[value]}</option>
            ))}
          </select>
        </label>
        <label>
          Expires
          <select class="field" name="expires_in" required>
            <option value="">Choose…</option>
            <option value="30d">In 30 days</option>
            <option value="90d">In 90 days</option>
            <option value="1y">In a year</option>
            <option value="never">Never</option>
          </select>
        </label>
        <button type="submit" class="button-main" disabled={isBusy}>Make the token</button>
      </form>
    </Dialog>
  );
}
