// Start-up: who is signed in decides which view is shown.
import {render} from 'preact';
import {useEffect, useState} from 'preact/hooks';

import {ApiError, get, remove, setCsrfToken, setOnSessionEnded} from './api';
import type {Session} from 'model';
import {kFirstSteps, openPages, pageAt} from './pages';
import {later} from './parts/later';
import {Notice} from './parts/notice';
import {Shell} from './parts/shell';
import {go, usePath, useRole} from './place';
import {setRights} from './rights';
import {applyTheme} from './theme';
import {ChangePassword} from './views/change_password';
import {SignIn} from './views/sign_in';

type Visit =
    | {kind: 'asking'}
    | {kind: 'unreachable', detail: string}
    | {kind: 'nobody', hasEnded: boolean}
    | {kind: 'somebody', session: Session};

// The cookie is not for scripts to see. This says whether there may be one, so that a first visit
// does not begin with a question whose answer is 401.
const kMaybeKey = 'penstock-signed-in';

const Invitation =
    later(() => import('./views/invitation').then(({Invitation: View}) => View));

function App() {
  const [visit, setVisit] = useState<Visit>({kind: 'asking'});

  const welcome = (session: Session) => {
    setCsrfToken(session.csrf_token);
    setRights(session.user);
    localStorage.setItem(kMaybeKey, '1');
    setVisit({kind: 'somebody', session});
  };
  // The next answer about the session makes this browser a known one.
  const welcomeNew = (session: Session) => {
    welcome(session);
    void get('/session', {}).catch(() => {});
  };
  // The first steps lead on by themselves where none are needed.
  const welcomeFirst = (session: Session) => {
    welcomeNew(session);
    go(openPages().some(({path}) => path === kFirstSteps) ? `${kFirstSteps}?first` : '/');
  };
  const farewell = (hasEnded: boolean) => {
    setCsrfToken('');
    localStorage.removeItem(kMaybeKey);
    setVisit({kind: 'nobody', hasEnded});
  };
  const ask = async () => {
    if (localStorage.getItem(kMaybeKey) === null) return farewell(false);
    try {
      welcome(await get('/session', {}));
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) {
        farewell(false);
      } else {
        setVisit({kind: 'unreachable', detail: String((error as Error).message)});
      }
    }
  };
  const signOut = async () => {
    await remove('/session', {}).catch(() => {});  // It may have ended by itself.
    farewell(false);
  };
  useEffect(() => {
    setOnSessionEnded(() => farewell(true));
    void ask();
  }, []);

  // Whoever follows it, also who is somebody already.
  if (usePath() === '/invitation') return <Invitation onSession={welcomeNew} />;
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
      return <SignIn hasEnded={visit.hasEnded} onSession={welcomeNew} />;
    case 'somebody':
      if (visit.session.user.must_change_password) {
        return <ChangePassword email={visit.session.user.email} onSession={welcomeFirst}
                               onSignOut={signOut} />;
      }
      return <Pages user={visit.session.user} onSignOut={signOut} />;
  }
}

// Nothing waits for it: without it, everything is asked for by time.
function useChanges(): void {
  useEffect(() => {
    let stop = () => {};
    let isOver = false;
    void import('./changes').then(({followChanges}) => {
      if (!isOver) stop = followChanges();
    }, () => {});
    return () => {
      isOver = true;
      stop();
    };
  }, []);
}

function Pages({user, onSignOut}: {user: Session['user'], onSignOut: () => void}) {
  useChanges();
  const page = pageAt(usePath());
  const role = useRole();
  useEffect(() => void (document.title = `${page.title} – Penstock`), [page]);
  return (
    <Shell user={user} page={page} onSignOut={onSignOut}>
      <page.view key={page.path} role={role} email={user.email} />
    </Shell>
  );
}

applyTheme();
render(<App />, document.getElementById('app')!);
