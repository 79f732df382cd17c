// One's own password. All one's sessions end with the old one, and this browser gets a new one.
import {useRef, useState} from 'preact/hooks';

import {post, setCsrfToken} from '../../api';
import {sentence} from '../../format';
import {Notice} from '../../parts/notice';
import {refresh} from '../../poll';

export function PasswordCard({email}: {email: string}) {
  const form = useRef<HTMLFormElement>(null);
  const [error, setError] = useState('');
  const [isDone, setDone] = useState(false);
  const [isBusy, setBusy] = useState(false);

  const submit = async (event: Event) => {
    event.preventDefault();
    const fields = new FormData(form.current!);
    setDone(false);
    if (fields.get('new') !== fields.get('again')) return setError('The two new passwords differ.');
    setBusy(true);
    setError('');
    try {
      const session = await post('/session/password', {}, {
        old_password: String(fields.get('old')), new_password: String(fields.get('new')),
      });
      setCsrfToken(session.csrf_token);
      form.current!.reset();
      setDone(true);
      refresh();
    } catch (failure) {
      setError(sentence(String((failure as Error).message)));
    }
    setBusy(false);
  };

  return (
    <section class="card people" aria-labelledby="password-title">
      <header class="card-head"><h2 id="password-title">Password</h2></header>
      <form class="fields" ref={form} onSubmit={submit}>
        {error !== '' && <Notice kind="error" title="Not changed.">{error}</Notice>}
        {isDone && <Notice kind="info" title="Changed.">Your other sessions have ended.</Notice>}
        <input class="aside" name="username" autocomplete="username" value={email} readOnly
               tabIndex={-1} aria-hidden="true" />
        <label>
          Password so far
          <input class="field" name="old" type="password" autocomplete="current-password" required />
        </label>
        <label>
          New password
          <input class="field" name="new" type="password" autocomplete="new-password" minLength={12}
                 maxLength={128} required />
        </label>
        <label>
          New password, again
          <input class="field" name="again" type="password" autocomplete="new-password"
                 minLength={12} maxLength={128} required />
        </label>
        <button type="submit" class="button-main" disabled={isBusy}>Change password</button>
      </form>
    </section>
  );
}
