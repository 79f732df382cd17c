// Invites somebody: asks for address and role, and shows the link, once.
import type {MadeInvitation} from 'model';
import {useRef, useState} from 'preact/hooks';

import {post} from '../../api';
import {listTime, sentence} from '../../format';
import {Dialog} from '../../parts/dialog';
import {Notice} from '../../parts/notice';
import {refresh} from '../../poll';
import {RightsFields} from './rights_fields';
import type {Given} from './roles';
import {ShownOnce} from './shown_once';

export function InviteDialog({onClose}: {onClose: () => void}) {
  const form = useRef<HTMLFormElement>(null);
  const [given, setGiven] = useState<Given>({role: 'viewer'});
  const [made, setMade] = useState<MadeInvitation | null>(null);
  const [error, setError] = useState('');
  const [isBusy, setBusy] = useState(false);

  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError('');
    try {
      const email = String(new FormData(form.current!).get('email')).trim();
      setMade(await post('/invitations', {}, {email, ...given}));
      refresh();
    } catch (failure) {
      setError(sentence(String((failure as Error).message)));
    }
    setBusy(false);
  };

  if (made !== null) {
    const {email, expires_at} = made.invitation;
    return (
      <Dialog title={`Invitation of ${email}`} onClose={onClose}>
        <p>Send this link to {email}. It is good once, until {listTime(expires_at)}, and it is not
          shown again.</p>
        <ShownOnce name="Link" text={location.origin + made.path} />
      </Dialog>
    );
  }
  return (
    <Dialog title="Invite" onClose={onClose}>
      <form class="fields" ref={form} onSubmit={submit}>
        {error !== '' && <Notice kind="error" title="Not invited.">{error}</Notice>}
        <label>
          E-mail
          <input class="field" name="email" type="email" autocomplete="off" required autofocus />
        </label>
        <RightsFields given={given} onChange={setGiven} />
        <button type="submit" class="button-main" disabled={isBusy}>Make the link</button>
      </form>
    </Dialog>
  );
}
