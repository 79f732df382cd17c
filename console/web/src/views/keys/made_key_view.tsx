// A key that was just made: to be copied now, how to send by it, and whether its first event came.
import type {Keys, MadeKey} from 'model';

import {get} from '../../api';
import {originOf} from '../../origin';
import {Link} from '../../parts/link';
import {usePoll} from '../../poll';
import {ofAll} from '../../rights';
import {ShownOnce} from '../people/shown_once';
import {FirstSeen} from './first_seen';
import {Snippets} from './snippets';

export function MadeKeyView({made, keys}: {made: MadeKey, keys: Keys | null}) {
  const system = usePoll(ofAll('system'), (signal) => get('/system', {}, signal));
  return (
    <div class="fields people">
      <p>Copy it now: it is not shown again.</p>
      <ShownOnce name="Key" text={made.secret} />
      <Snippets origin={originOf(system.data)} secret={made.secret}
                isServerSide={made.key.server_side} />
      <p class="hint">
        <Link href="/sources">Other protocols</Link>, with this key filled in until the page is
        loaded anew.
      </p>
      <FirstSeen keys={keys} id={made.key.id} />
    </div>
  );
}
