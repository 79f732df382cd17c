// The sign-in form.
import type {Session} from 'model';
import {useRef, useState} from 'preact/hooks';

import {ApiError, post} from '../api';
import {sentence} from '../format';
import {Mark} from '../parts/icons';
import {Notice} from '../parts/notice';

interface Props {
  hasEnded: boolean;
  onSession: (session: Session) => void;
}

export function SignIn({hasEnded, onSession}: Props) {
  const [error, setError] = useState('');
  const [isBusy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  const submit = async (event: Event) => {
    event.preventDefault();
    const fields = new FormData(form.current!);
    setBusy(true);
    setError('');
    try {
      const [email, password] = ['email', 'password'].map((name) => String(fields.get(name)));
      onSession(await post('/session', {}, {email: email!, password: password!}));
    } catch (failure) {
      setBusy(false);
      setError(messageOf(failure));
      form.current!.querySelector<HTMLInputElement>('[name=password]')!.select();
    }
  };

  return (
    <main class="alone">
      <form class="sheet" ref={form} onSubmit={submit}>
        <div class="sheet-head"><Mark /><h1>Sign in to Penstock</h1></div>
        {hasEnded && error === '' && (
          <Notice kind="info" title="Your session has ended.">Sign in again to go on.</Notice>
        )}
        {error !== '' && <Notice kind="error" title="Not signed in.">{error}</Notice>}
        <label>
          E-mail
          <input name="email" type="text" inputMode="email" autocomplete="username"
                 autocapitalize="none" spellcheck={false} required autofocus />
        </label>
        <label>
          Password
          <input name="password" type="password" autocomplete="current-password" required />
        </label>
        <button type="submit" class="button-main" disabled={isBusy}>
          {isBusy ? 'Signing in…' : 'Sign in'}
        </button>
        <p class="hint">
          The first time, sign in as <code>admin@localhost</code>; the password is in the
          file <code>initial-password</code> in the state directory.
        </p>
      </form>
    </main>
  );
}

export function messageOf(failure: unknown): string {
  if (!(failure instanceof ApiError)) return String(failure);
  return sentence(failure.message);
}
