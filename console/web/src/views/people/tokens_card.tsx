// API tokens: made, shown once, taken back.
import type {Token} from 'model';
import {useState} from 'preact/hooks';

import {get, remove} from '../../api';
import * as format from '../../format';
import {CardBody} from '../../parts/card';
import {Confirm, type Point, pointOf} from '../../parts/confirm';
import {Link} from '../../parts/link';
import {usePoll} from '../../poll';
import {Told, useActs} from './acts';
import {TokenDialog} from './token_dialog';

// `email`: only this user's.
export function TokensCard({email}: {email?: string}) {
  const tokens = usePoll('tokens', (signal) => get('/tokens', {}, signal));
  const acts = useActs();
  const [isMaking, setMaking] = useState(false);
  const [asked, setAsked] = useState<{token: Token, at: Point} | null>(null);
  const revoke = (token: Token) => {
    setAsked(null);
    void acts.run(() => remove('/tokens/{id}', {id: token.id}), `The token ${token.name} was revoked.`);
  };
  return (
    <section class="card letters people" aria-labelledby="tokens-title">
      <header class="card-head">
        <h2 id="tokens-title">API tokens</h2>
        <button type="button" class="button key" onClick={() => setMaking(true)}>Make a token</button>
      </header>
      <Told acts={acts} />
      <CardBody polled={tokens}>{(data) => {
        const shown = data.tokens.filter((one) => email === undefined || one.email === email);
        if (shown.length === 0) {
          return <p class="card-empty">None. A token lets a program ask the console’s API.</p>;
        }
        return (
          <ul>{shown.map((one) => (
            <li key={one.id}>
              <p class="letter-head">
                <strong>{format.visible(one.name)}</strong>
                {isOver(one) && <span class="badge">expired</span>}
              </p>
              <p class="letter-note">
                {email === undefined && `${one.email}, `}{one.role},{' '}
                {one.expires_at === null ? 'never expires' :
                    `${isOver(one) ? 'expired' : 'until'} ${format.listTime(one.expires_at)}`},{' '}
                {one.last_used_at === null ? 'never used' :
                    `used ${format.listTime(one.last_used_at)}`}
              </p>
              <p class="letter-acts">
                <button type="button" class="button" aria-label={`Revoke ${one.name}`}
                        onClick={(event) => setAsked({token: one, at: pointOf(event)})}>
                  Revoke
                </button>
              </p>
            </li>
          ))}</ul>
        );
      }}</CardBody>
      <p class="ref-note"><Link href="/reference">What the API can be asked</Link></p>
      {isMaking && <TokenDialog onClose={() => setMaking(false)} />}
      {asked !== null && (
        <Confirm title={`Revoke ${format.visible(asked.token.name)}?`} verb="Revoke" at={asked.at}
                 onConfirm={() => revoke(asked.token)} onClose={() => setAsked(null)}>
          Programs that show this token are refused from now on.
        </Confirm>
      )}
    </section>
  );
}

const isOver = ({expires_at}: Token) => expires_at !== null && expires_at <= Date.now();
