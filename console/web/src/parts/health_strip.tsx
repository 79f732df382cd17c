// What is wrong with the appliance just now, above everything else: what, since when, and what to
// do.
// Nothing where all is well.
import type {Program, Programs, Queue} from 'model';

import * as format from '../format';
import {Notice} from './notice';
import {kOldBadS, kOldWarnS} from './pipeline_card';

interface Trouble {
  kind: 'error' | 'stale';
  title: string;
  text: string;
}

interface Props {
  queue: Queue | null;
  programs: Programs | null;
}

export const isWell = ({queue, programs}: Props) =>
    programTroubles(programs).length + queueTroubles(queue).length === 0;

export function HealthStrip({queue, programs}: Props) {
  const all = [...programTroubles(programs), ...queueTroubles(queue)];
  return (
    <>
      {all.map(({kind, title, text}) => (
        <Notice key={title} kind={kind} title={title}>{text}</Notice>
      ))}
    </>
  );
}

// Of the intake and of the worker; the console is what says it.
const kSubjects: Record<string, {title: string, effect: string}> = {
  'penstock-ingest': {title: 'The intake', effect: 'No events are taken.'},
  'penstock-worker':
      {title: 'The worker', effect: 'Events wait in the queue and are not stored.'},
};

function programTroubles(programs: Programs | null): Trouble[] {
  return (programs?.programs ?? []).flatMap((program) => {
    const subject = kSubjects[program.name];
    return subject === undefined ? [] : programTrouble(program, subject.title, subject.effect);
  });
}

function programTrouble(
    {name, state, not_ready}: Program, title: string, effect: string): Trouble[] {
  switch (state) {
    case 'absent':
      return [{kind: 'error', title: `${title} does not run here.`,
               text: `${effect} See: systemctl status ${name}`}];
    case 'silent':
      return [{kind: 'error', title: `${title} does not answer.`,
               text: `It runs, and may hang. ${effect} See: systemctl status ${name}`}];
    case 'not_ready':
      return [{kind: 'stale', title: `${title} is not ready.`,
               text: not_ready.map(format.sentence).join(' ')}];
    default:
      return [];
  }
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
                text: 'They could not be stored and were set aside: see the page of the queue, or ' +
                    'penstock queue dead.'});
  }
  return found;
}
