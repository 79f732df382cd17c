// Projects and their keys: with what events may be sent, and what was sent by strangers.
import type {Keys as KeysAnswer} from 'model';

import {get} from '../api';
import * as format from '../format';
import {Link} from '../parts/link';
import {usePoll} from '../poll';
import {KeysCard} from './keys/keys_card';
import {ProjectsCard} from './keys/projects_card';
import {UnknownCard} from './keys/unknown_card';

export {Start} from './start';

export function Keys() {
  const keys = usePoll('keys', (signal) => get('/keys', {}, signal));
  return (
    <div class="view">
      <div class="toolbar">
        <h1>Keys</h1>
        <p class="hint">{keys.data && useText(keys.data)}</p>
        <Link href="/start" class="button">First steps</Link>
      </div>
      <div class="tops">
        <KeysCard keys={keys} />
        <ProjectsCard />
        <UnknownCard keys={keys} />
      </div>
    </div>
  );
}

function useText({since, is_complete}: KeysAnswer): string {
  const use = since === null ? 'The intake cannot be asked how they are used.' :
      `Use is counted since the intake started, ${format.listTime(since)}.`;
  return is_complete ? use : `${use} Those of “penstock key” are out of the console’s sight.`;
}
