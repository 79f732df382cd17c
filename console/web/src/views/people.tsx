// People: who may come in and what they did, for administrators; and one's own account for all.
import type {ViewProps} from '../pages';
import {AuditCard} from './people/audit_card';
import {PasswordCard} from './people/password_card';
import {SessionsCard} from './people/sessions_card';
import {TokensCard} from './people/tokens_card';
import {UsersCard} from './people/users_card';

export function People({role, email}: ViewProps) {
  return (
    <div class="view">
      <div class="toolbar"><h1>People</h1></div>
      <div class="tops">
        <UsersCard email={email} />
        <SessionsCard />
        <TokensCard role={role} />
        <AuditCard />
      </div>
    </div>
  );
}

export function Account({role, email}: ViewProps) {
  return (
    <div class="view">
      <div class="toolbar"><h1>Account</h1><p class="hint">{email}, {role}</p></div>
      <div class="tops">
        <SessionsCard email={email} />
        <TokensCard role={role} email={email} />
        <PasswordCard email={email} />
      </div>
    </div>
  );
}
