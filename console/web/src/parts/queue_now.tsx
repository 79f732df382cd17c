// How the queue does just now.
import type {Queue} from 'model';

import * as format from '../format';
import type {Polled} from '../poll';
import {CardBody} from './card';
import {kOldBadS, kOldWarnS} from './pipeline_card';
import {Tile} from './tile';

export function QueueNow({queue}: {queue: Polled<Queue>}) {
  return (
    <>
      {queue.data ? <Numbers queue={queue.data} /> : (
        <section class="card"><CardBody polled={queue}>{() => null}</CardBody></section>
      )}
    </>
  );
}

function Numbers({queue}: {queue: Queue}) {
  const known = (n: number | null) => n === null ? '–' : format.tile(n);
  const oldest = queue.oldest_seconds;
  const tone = oldest === null || oldest < kOldWarnS ? {} :
                                                       {tone: oldest >= kOldBadS ? 'bad' as const : 'warn' as const};
  return (
    <dl class="tiles queue-tiles">
      <Tile title="Waiting" value={known(queue.depth)}>messages</Tile>
      <Tile title="Oldest" value={oldest === null ? '–' : format.duration(oldest)} {...tone}>
        waits for so long
      </Tile>
      <Tile title="Dead letters" value={known(queue.dead)} {...(queue.dead ? {tone: 'warn' as const} : {})}>
        could not be stored
      </Tile>
      <Tile title="Spool" value={format.bytes(queue.spool_bytes)}>on this machine’s disk</Tile>
      <Tile title="Kind" value={queue.kind === 'redis' ? 'Redis' : 'Spool'}>
        {queue.reachable ? 'answers' : 'cannot be reached'}
      </Tile>
    </dl>
  );
}
