// People: who may come in and what they did, for administrators; and one's own account for all.
import type {ViewProps} from '../pages';
import {ownRights} from '../rights';
import {AuditCard} from './people/audit_card';
import {PasswordCard} from './people/password_card';
import {rightsText} from './people/roles';
import {SessionsCard} from './people/sessions_card';
import {TokensCard} from './people/tokens_card';
import {UsersCard} from './people/users_card';

export function People({email}: ViewProps) {
  return (
    <div class="view">
      <div class="toolbar"><h1>People</h1></div>
      <div class="tops">
        <UsersCard email={email} />
        <SessionsCard />
        <TokensCard />
        <AuditCard />
      </div>
    </div>
  );
}

export function Account({email}: ViewProps) {
  return (
    <div class="view">
      <div class="toolbar"><h1>Account</h1><p class="hint">{email}, {rightsText(ownRights())}</p></div>
      <div class="tops">
        <SessionsCard email={email} />
        <TokensCard email={email} />
        <PasswordCard email={email} />
      </div>
    </div>
  );
}
