// The walk of an event through the programs, with the state of each step.
import type {ComponentChildren} from 'preact';

import * as format from '../format';
import type {Queue, Summary, System} from '../model';

interface Props {
  queue: Queue;
  system: System;
  summary: Summary;
}

type State = 'good' | 'warn' | 'bad' | 'unknown';

// Events wait for a fraction of a second when all is well.
export const kOldWarnS = 30;
export const kOldBadS = 300;

export function PipelineCard({queue, system, summary}: Props) {
  const program = (name: string) => system.programs.find((one) => one.name === name);
  const intake = program('penstock-ingest');
  const worker = program('penstock-worker');
  return (
    <section class="card pipeline" aria-labelledby="pipeline-title">
      <header class="card-head"><h2 id="pipeline-title">Pipeline</h2></header>
      <ol class="steps">
        <Step name="Intake" state={intake?.running ? 'good' : 'unknown'}
              text={intake?.running ? 'takes events' : 'not seen on this machine'}>
          {intake?.listen.join(', ')}
        </Step>
        <Step name="Queue" state={queueState(queue)} text={queueText(queue)}>
          {queue.kind === 'redis' ? 'Redis, ' : ''}{format.bytes(queue.spool_bytes)} of
          spool on disk
        </Step>
        <Step name="Worker" state={worker?.running ? 'good' : 'unknown'}
              text={worker?.running ? 'stores them' : 'not seen on this machine'}>
          {queue.dead === null ? '' : queue.dead === 0 ? 'no dead letters' :
                                      `${format.count(queue.dead)} dead letters`}
        </Step>
        <Step name="Store" state={summary.newest_received_at === null ? 'unknown' : 'good'}
              text={summary.newest_received_at === null ?
                        'nothing in this range' :
                        `newest came ${age(summary.newest_received_at, system.time)} ago`}>
          {format.count(summary.events)} events in this range
        </Step>
      </ol>
    </section>
  );
}

const age = (ms: number, nowMs: number) => format.duration(Math.max(0, nowMs - ms) / 1000);

function queueState(queue: Queue): State {
  if (!queue.reachable) return 'bad';
  const oldest = queue.oldest_seconds ?? 0;
  return oldest >= kOldBadS ? 'bad' : oldest >= kOldWarnS ? 'warn' : 'good';
}

function queueText(queue: Queue): string {
  if (!queue.reachable) return `cannot be reached: ${queue.detail ?? ''}`;
  if (queue.depth === 0) return 'nothing waits';
  const oldest = queue.oldest_seconds ?? 0;
  return `${format.count(queue.depth ?? 0)} waiting` +
      (oldest > 0 ? `, the oldest for ${format.duration(oldest)}` : '');
}

interface StepProps {
  name: string;
  state: State;
  text: string;
  children?: ComponentChildren;
}

function Step({name, state, text, children}: StepProps) {
  return (
    <li class={`step step-${state}`}>
      <span class="step-dot" aria-hidden="true" />
      <p><strong>{name}</strong> {text}</p>
      <p class="step-note">{children}</p>
    </li>
  );
}
