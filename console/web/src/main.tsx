// Start-up: who is signed in decides which view is shown.
import {render} from 'preact';
import {useEffect, useState} from 'preact/hooks';

import {ApiError, get, remove, setCsrfToken} from './api';
import type {Session} from './model';
import {Notice} from './parts/notice';
import {Shell} from './parts/shell';
import {applyTheme} from './theme';
import {ChangePassword} from './views/change_password';
import {Overview} from './views/overview';
import {SignIn} from './views/sign_in';

type Visit =
    | {kind: 'asking'}
    | {kind: 'unreachable', detail: string}
    | {kind: 'nobody', hasEnded: boolean}
    | {kind: 'somebody', session: Session};

function App() {
  const [visit, setVisit] = useState<Visit>({kind: 'asking'});

  const welcome = (session: Session) => {
    setCsrfToken(session.csrf_token);
    setVisit({kind: 'somebody', session});
  };
  const ask = async () => {
    try {
      welcome(await get<Session>('/session'));
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) {
        setVisit({kind: 'nobody', hasEnded: false});
      } else {
        setVisit({kind: 'unreachable', detail: String((error as Error).message)});
      }
    }
  };
  const signOut = async () => {
    await remove('/session').catch(() => {});  // It may have ended by itself.
    setVisit({kind: 'nobody', hasEnded: false});
  };
  useEffect(() => void ask(), []);

  switch (visit.kind) {
    case 'asking':
      return null;
    case 'unreachable':
      return (
        <main class="alone">
          <Notice kind="error" title="No answer" action={{text: 'Try again', run: ask}}>
            {visit.detail}
          </Notice>
        </main>
      );
    case 'nobody':
      return <SignIn hasEnded={visit.hasEnded} onSession={welcome} />;
    case 'somebody':
      if (visit.session.user.must_change_password) {
        return <ChangePassword email={visit.session.user.email} onSession={welcome}
                               onSignOut={signOut} />;
      }
      return (
        <Shell user={visit.session.user} onSignOut={signOut}>
          <Overview onEnded={() => setVisit({kind: 'nobody', hasEnded: true})} />
        </Shell>
      );
  }
}

applyTheme();
render(<App />, document.getElementById('app')!);
