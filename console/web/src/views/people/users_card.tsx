// Users with their roles, and the invitations that wait.
import type {Invitation, Role, User} from 'model';
import {useState} from 'preact/hooks';

import {get, patch, remove} from '../../api';
import * as format from '../../format';
import {CardBody} from '../../parts/card';
import {Choice} from '../../parts/choice';
import {Confirm, type Point, pointOf} from '../../parts/confirm';
import {type Polled, usePoll} from '../../poll';
import {type Acts, Told, useActs} from './acts';
import {InviteDialog} from './invite_dialog';
import {RightsDialog} from './rights_dialog';
import {type Given, givenText, kByProject, kRoleOptions, rightsText} from './roles';

type Asked = {user: User, at: Point, given: Given | null};  // Null: to remove.
const kNowhere: Point = {x: -1, y: -1};

export function UsersCard({email}: {email: string}) {
  const users = usePoll('users', (signal) => get('/users', {}, signal));
  const invitations = usePoll('invitations', (signal) => get('/invitations', {}, signal));
  const acts = useActs();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [isInviting, setInviting] = useState(false);

  const [chosen, setChosen] = useState<User | null>(null);  // For roles by project.

  const give = (user: User, given: Given) =>
      acts.run(() => patch('/users/{id}', {id: user.id}, given),
               `${user.email} is ${givenText(given)} now.`);
  const change = (user: User, given: Given) => {
    setChosen(null);
    const isLessForMe = user.email === email && !('role' in given && given.role === 'admin');
    if (isLessForMe) return setAsked({user, at: kNowhere, given});
    void give(user, given);
  };
  const confirm = ({user, given}: Asked) => {
    setAsked(null);
    if (given !== null) return void give(user, given);
    void acts.run(() => remove('/users/{id}', {id: user.id}), `${user.email} was removed.`);
  };

  return (
    <section class="card letters people" aria-labelledby="users-title">
      <header class="card-head">
        <h2 id="users-title">Users</h2>
        <button type="button" class="button key" onClick={() => setInviting(true)}>Invite</button>
      </header>
      <Told acts={acts} />
      <CardBody polled={users}>{(data) => (
        <ul>{data.users.map((user) => (
          <UserRow key={user.id} user={user} isMe={user.email === email} onRights={change}
                   onProjects={() => setChosen(user)}
                   onRemove={(at) => setAsked({user, at, given: null})} />
        ))}</ul>
      )}</CardBody>
      <Waiting polled={invitations} acts={acts} />
      {isInviting && <InviteDialog onClose={() => setInviting(false)} />}
      {chosen !== null && (
        <RightsDialog user={chosen} onGive={(given) => change(chosen, given)}
                      onClose={() => setChosen(null)} />
      )}
      {asked !== null && (
        <Confirm title={asked.given === null ? `Remove ${asked.user.email}?` : 'Give up your role?'}
                 verb={asked.given === null ? 'Remove' : 'Give it up'} at={asked.at}
                 onConfirm={() => confirm(asked)} onClose={() => setAsked(null)}>
          {asked.given === null ?
              'Sessions end, and API tokens and private views go. Shared views stay.' :
              'You are signed out, and another administrator has to give it back.'}
        </Confirm>
      )}
    </section>
  );
}

interface RowProps {
  user: User;
  isMe: boolean;
  onRights: (user: User, given: Given) => void;
  onProjects: () => void;
  onRemove: (at: Point) => void;
}

function UserRow({user, isMe, onRights, onProjects, onRemove}: RowProps) {
  const choose = (value: string) =>
      value === kByProject.value ? onProjects() : onRights(user, {role: value as Role});
  return (
    <li>
      <p class="letter-head">
        <strong>{user.email}</strong>{isMe && <span class="badge">you</span>}
      </p>
      <p class="letter-note">
        {user.last_sign_in_at === null ? 'Never signed in' :
            `Signed in ${format.listTime(user.last_sign_in_at)}`}
        {user.must_change_password && ', has a first password'}
        {user.projects !== null && `, ${format.visible(rightsText(user))}`}
      </p>
      <p class="letter-acts">
        <Choice label={`Role of ${user.email}`} value={user.role}
                options={[...kRoleOptions, kByProject]} onChange={choose} />
        {user.projects !== null && (
          <button type="button" class="button" aria-label={`Projects of ${user.email}`}
                  onClick={onProjects}>
            Projects
          </button>
        )}
        <button type="button" class="button" aria-label={`Remove ${user.email}`}
                onClick={(event) => onRemove(pointOf(event))}>
          Remove
        </button>
      </p>
    </li>
  );
}

interface WaitingProps {
  polled: Polled<{invitations: Invitation[]}>;
  acts: Acts;
}

function Waiting({polled, acts}: WaitingProps) {
  if (polled.data === null || polled.data.invitations.length === 0) return null;
  return (
    <ul aria-label="Invitations">{polled.data.invitations.map((one) => (
      <li key={one.id}>
        <p class="letter-head">
          <strong>{one.email}</strong><span class="badge">invited</span>
        </p>
        <p class="letter-note">
          As {format.visible(rightsText(one))} by {one.invited_by}, until {format.listTime(one.expires_at)}
        </p>
        <p class="letter-acts">
          <button type="button" class="button" aria-label={`Take back the invitation of ${one.email}`}
                  onClick={() => void acts.run(
                      () => remove('/invitations/{id}', {id: one.id}),
                      `The invitation of ${one.email} was taken back.`)}>
            Take back
          </button>
        </p>
      </li>
    ))}</ul>
  );
}
