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
import {kRoleOptions, rankOf} from './roles';

type Asked = {user: User, at: Point, role: Role | null};  // Null: to remove.

export function UsersCard({email}: {email: string}) {
  const users = usePoll('users', (signal) => get('/users', {}, signal));
  const invitations = usePoll('invitations', (signal) => get('/invitations', {}, signal));
  const acts = useActs();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [isInviting, setInviting] = useState(false);

  const setRole = (user: User, role: Role) =>
      acts.run(() => patch('/users/{id}', {id: user.id}, {role}), `${user.email} is ${role} now.`);
  const change = (user: User, role: Role) => {
    const isLessForMe = user.email === email && rankOf(role) < rankOf(user.role);
    if (isLessForMe) return setAsked({user, at: {x: -1, y: -1}, role});
    void setRole(user, role);
  };
  const confirm = ({user, role}: Asked) => {
    setAsked(null);
    if (role !== null) return void setRole(user, role);
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
          <UserRow key={user.id} user={user} isMe={user.email === email} onRole={change}
                   onRemove={(at) => setAsked({user, at, role: null})} />
        ))}</ul>
      )}</CardBody>
      <Waiting polled={invitations} acts={acts} />
      {isInviting && <InviteDialog onClose={() => setInviting(false)} />}
      {asked !== null && (
        <Confirm title={asked.role === null ? `Remove ${asked.user.email}?` : 'Give up your role?'}
                 verb={asked.role === null ? 'Remove' : `Become ${asked.role}`} at={asked.at}
                 onConfirm={() => confirm(asked)} onClose={() => setAsked(null)}>
          {asked.role === null ?
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
  onRole: (user: User, role: Role) => void;
  onRemove: (at: Point) => void;
}

function UserRow({user, isMe, onRole, onRemove}: RowProps) {
  return (
    <li>
      <p class="letter-head">
        <strong>{user.email}</strong>{isMe && <span class="badge">you</span>}
      </p>
      <p class="letter-note">
        {user.last_sign_in_at === null ? 'Never signed in' :
            `Signed in ${format.listTime(user.last_sign_in_at)}`}
        {user.must_change_password && ', has a first password'}
      </p>
      <p class="letter-acts">
        <Choice label={`Role of ${user.email}`} value={user.role} options={kRoleOptions}
                onChange={(role) => onRole(user, role as Role)} />
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
          As {one.role} by {one.invited_by}, until {format.listTime(one.expires_at)}
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
