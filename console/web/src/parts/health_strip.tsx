// What is wrong with the appliance just now, above everything else: what, since when, and what to
// do.
// Nothing where all is well.
import type {Queue, System} from 'model';

import * as format from '../format';
import {Notice} from './notice';
import {kOldBadS, kOldWarnS} from './pipeline_card';

interface Trouble {
  kind: 'error' | 'stale';
  title: string;
  text: string;
}

export function HealthStrip({queue, system}: {queue: Queue | null, system: System | null}) {
  const all = [...programTroubles(system), ...queueTroubles(queue)];
  return (
    <>
      {all.map(({kind, title, text}) => (
        <Notice key={title} kind={kind} title={title}>{text}</Notice>
      ))}
    </>
  );
}

const kPrograms = [
  {name: 'penstock-ingest', title: 'The intake does not run here.', text: 'No events are taken.'},
  {name: 'penstock-worker', title: 'The worker does not run here.',
   text: 'Events wait in the queue and are not stored.'},
];

// Only once they have been there: on a machine of its own each program may stand elsewhere.
function programTroubles(system: System | null): Trouble[] {
  if (system === null) return [];
  return kPrograms.filter(({name}) => {
    const program = system.programs.find((one) => one.name === name);
    return program !== undefined && !program.running;
  }).map(({name, title, text}) => (
    {kind: 'error', title, text: `${text} See: systemctl status ${name}`}));
}

function queueTroubles(queue: Queue | null): Trouble[] {
  if (queue === null) return [];
  const found: Trouble[] = [];
  if (!queue.reachable) {
    found.push({kind: 'error', title: 'The queue cannot be reached.',
                text: `What comes is kept in the spool on disk (${
                    format.bytes(queue.spool_bytes)}), until Redis is there again. ${
                    format.sentence(queue.detail ?? '')}`});
  }
  const oldest = queue.oldest_seconds ?? 0;
  if (queue.reachable && oldest >= kOldWarnS) {
    found.push({kind: oldest >= kOldBadS ? 'error' : 'stale', title: 'Events wait.',
                text: `${format.count(queue.depth ?? 0)} messages, the oldest for ${
                    format.duration(oldest)}: the worker is behind, or stands still.`});
  }
  if (queue.dead) {
    found.push({kind: 'stale', title: `${format.count(queue.dead)} dead letters.`,
                text: 'They could not be stored and were set aside: see below, or penstock queue ' +
                    'dead.'});
  }
  return found;
}
