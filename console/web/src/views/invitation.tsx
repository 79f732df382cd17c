// The page behind an invitation's link: who is invited, and the password he chooses.
import type {OpenInvitation, Session} from 'model';
import {useEffect, useRef, useState} from 'preact/hooks';

import {post} from '../api';
import {sentence} from '../format';
import {Mark} from '../parts/icons';
import {Notice} from '../parts/notice';
import {rightsText} from './people/roles';

interface Props {
  onSession: (session: Session) => void;
}

export function Invitation({onSession}: Props) {
  // Behind the '#' it reaches neither the server's log nor other sites.
  const [token] = useState(() => location.hash.slice(1));
  const [invitation, setInvitation] = useState<OpenInvitation | null>(null);
  const [error, setError] = useState('');
  const [isBusy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => {
    document.title = 'Invitation – Penstock';
    post('/invitations/read', {}, {token}).then(
        setInvitation, (failure) => setError(sentence(String((failure as Error).message))));
  }, []);

  const submit = async (event: Event) => {
    event.preventDefault();
    const fields = new FormData(form.current!);
    if (fields.get('new') !== fields.get('again')) return setError('The two passwords differ.');
    setBusy(true);
    setError('');
    try {
      const session =
          await post('/invitations/accept', {}, {token, password: String(fields.get('new'))});
      // The link is used up, and no place to come back to.
      history.replaceState(null, '', '/');
      dispatchEvent(new PopStateEvent('popstate'));
      onSession(session);
    } catch (failure) {
      setBusy(false);
      setError(sentence(String((failure as Error).message)));
    }
  };

  return (
    <main class="alone">
      <form class="sheet" ref={form} onSubmit={submit}>
        <div class="sheet-head"><Mark /><h1>Welcome to Penstock</h1></div>
        {error !== '' && (
          <Notice kind="error" title={invitation === null ? 'No invitation.' : 'Not done.'}>
            {error}
          </Notice>
        )}
        {invitation === null && error !== '' && (
          <p class="hint">Whoever invited you can send a new link. <a href="/">Sign in</a></p>
        )}
        {invitation !== null && (
          <>
            <p class="sheet-text">
              {invitation.invited_by} invites you as {rightsText(invitation)}. Choose a password: from 12
              characters on, anything will do; a few unrelated words are good.
            </p>
            <label>
              E-mail
              <input name="email" autocomplete="username" value={invitation.email} readOnly />
            </label>
            <label>
              Password
              <input name="new" type="password" autocomplete="new-password" minLength={12}
                     maxLength={128} required autofocus />
            </label>
            <label>
              Password, again
              <input name="again" type="password" autocomplete="new-password" minLength={12}
                     maxLength={128} required />
            </label>
            <button type="submit" class="button-main" disabled={isBusy}>
              {isBusy ? 'Signing in…' : 'Sign in'}
            </button>
          </>
        )}
      </form>
    </main>
  );
}
