// A password of one's own, in place of the one that was given.
import {useRef, useState} from 'preact/hooks';

import {post} from '../api';
import type {Session} from 'model';
import {Mark} from '../parts/icons';
import {Notice} from '../parts/notice';
import {messageOf} from './sign_in';

interface Props {
  email: string;
  onSession: (session: Session) => void;
  onSignOut: () => void;
}

export function ChangePassword({email, onSession, onSignOut}: Props) {
  const [error, setError] = useState('');
  const [isBusy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  const submit = async (event: Event) => {
    event.preventDefault();
    const fields = new FormData(form.current!);
    if (fields.get('new') !== fields.get('again')) {
      setError('The two new passwords differ.');
      return;
    }
    setBusy(true);
    setError('');
    try {
      onSession(await post('/session/password', {}, {
        old_password: String(fields.get('old')), new_password: String(fields.get('new')),
      }));
    } catch (failure) {
      setBusy(false);
      setError(messageOf(failure));
    }
  };

  return (
    <main class="alone">
      <form class="sheet" ref={form} onSubmit={submit}>
        <div class="sheet-head"><Mark /><h1>Choose a password</h1></div>
        <p class="sheet-text">
          The one you signed in with was made for the first time only. From 12 characters on,
          anything will do; a few unrelated words are good.
        </p>
        {error !== '' && <Notice kind="error" title="Not changed.">{error}</Notice>}
        <input class="aside" name="username" autocomplete="username" value={email} readOnly
               tabIndex={-1} aria-hidden="true" />
        <label>
          Password so far
          <input name="old" type="password" autocomplete="current-password" required autofocus />
        </label>
        <label>
          New password
          <input name="new" type="password" autocomplete="new-password" minLength={12}
                 maxLength={128} required />
        </label>
        <label>
          New password, again
          <input name="again" type="password" autocomplete="new-password" minLength={12}
                 maxLength={128} required />
        </label>
        <button type="submit" class="button-main" disabled={isBusy}>
          {isBusy ? 'Changing…' : 'Change password'}
        </button>
        <p class="hint">
          Signed in as {email}.{' '}
          <button type="button" class="button-link" onClick={onSignOut}>Sign out</button>
        </p>
      </form>
    </main>
  );
}
