// Where people are signed in, and ending what they no longer want.
import type {SeenSession} from 'model';
import {useState} from 'preact/hooks';

import {get, remove} from '../../api';
import * as format from '../../format';
import {CardBody} from '../../parts/card';
import {Confirm, type Point, pointOf} from '../../parts/confirm';
import {usePoll} from '../../poll';
import {Told, useActs} from './acts';

// `email`: only this user's.
export function SessionsCard({email}: {email?: string}) {
  const sessions = usePoll('sessions', (signal) => get('/sessions', {}, signal));
  const acts = useActs();
  const [asked, setAsked] = useState<{session: SeenSession, at: Point} | null>(null);
  const end = (session: SeenSession) => {
    setAsked(null);
    void acts.run(() => remove('/sessions/{id}', {id: session.id}),
                  `A session of ${session.email} was ended.`);
  };
  return (
    <section class="card letters people" aria-labelledby="sessions-title">
      <header class="card-head"><h2 id="sessions-title">Sessions</h2></header>
      <Told acts={acts} />
      <CardBody polled={sessions}>{(data) => (
        <ul>{data.sessions.filter((one) => email === undefined || one.email === email).map((one) => (
          <li key={one.id}>
            <p class="letter-head">
              <strong>{email === undefined ? one.email : whereOf(one)}</strong>
              {one.is_current && <span class="badge">this browser</span>}
            </p>
            <p class="letter-note">
              {email === undefined && `${whereOf(one)}, `}
              {one.address !== '' && `${one.address}, `}
              since {format.listTime(one.started_at)}, seen {format.listTime(one.seen_at)}
            </p>
            {!one.is_current && <p class="letter-acts">
              <button type="button" class="button"
                      aria-label={`End the session of ${one.email}, ${whereOf(one)}`}
                      onClick={(event) => setAsked({session: one, at: pointOf(event)})}>
                End
              </button>
            </p>}
          </li>
        ))}</ul>
      )}</CardBody>
      {asked !== null && (
        <Confirm title="End this session?" verb="End" at={asked.at}
                 onConfirm={() => end(asked.session)} onClose={() => setAsked(null)}>
          {asked.session.email} has to sign in again there ({whereOf(asked.session)}).
        </Confirm>
      )}
    </section>
  );
}

const whereOf = ({browser}: SeenSession) => browser === '' ? 'Unknown browser' : browser;
