// The walk of an event through the programs, with the state of each step.
import type {Queue, Summary, System} from 'model';
import type {ComponentChildren} from 'preact';

import * as format from '../format';
import type {Polled} from '../poll';
import {CardBody} from './card';

interface Props {
  queue: Polled<Queue>;
  system: Polled<System>;
  summary: Summary | null;
}

type State = 'good' | 'warn' | 'bad' | 'unknown';

// Events wait for a fraction of a second when all is well.
export const kOldWarnS = 30;
export const kOldBadS = 300;

export function PipelineCard({queue, system, summary}: Props) {
  return (
    <section class="card pipeline" aria-labelledby="pipeline-title">
      <header class="card-head"><h2 id="pipeline-title">Pipeline</h2></header>
      <CardBody polled={system}>{(programs) => (
        <ol class="steps">
          <IntakeStep system={programs} />
          <QueueStep queue={queue} />
          <WorkerStep system={programs} queue={queue.data} />
          <StoreStep summary={summary} nowMs={programs.time} />
        </ol>
      )}</CardBody>
    </section>
  );
}

const programOf = (system: System, name: string) =>
    system.programs.find((one) => one.name === name);

function IntakeStep({system}: {system: System}) {
  const intake = programOf(system, 'penstock-ingest');
  return (
    <Step name="Intake" state={intake?.running ? 'good' : 'unknown'}
          text={intake?.running ? 'takes events' : 'not seen on this machine'}>
      {intake?.listen.join(', ')}
    </Step>
  );
}

function QueueStep({queue: {data, error}}: {queue: Polled<Queue>}) {
  if (data === null) {
    return <Step name="Queue" state="unknown" text={error ? error.message : 'is being asked'} />;
  }
  return (
    <Step name="Queue" state={queueState(data)} text={queueText(data)}>
      {data.kind === 'redis' ? 'Redis, ' : ''}{format.bytes(data.spool_bytes)} of spool on disk
      {data.warnings.map((warning) => <p role="alert">{warning}</p>)}
    </Step>
  );
}

function WorkerStep({system, queue}: {system: System, queue: Queue | null}) {
  const worker = programOf(system, 'penstock-worker');
  const dead = queue?.dead ?? null;
  return (
    <Step name="Worker" state={worker?.running ? 'good' : 'unknown'}
          text={worker?.running ? 'stores them' : 'not seen on this machine'}>
      {dead === null ? '' : dead === 0 ? 'no dead letters' :
                            `${format.count(dead)} dead letters`}
    </Step>
  );
}

function StoreStep({summary, nowMs}: {summary: Summary | null, nowMs: number}) {
  if (summary === null) return <Step name="Store" state="unknown" text="is being asked" />;
  const newest = summary.newest_received_at;
  return (
    <Step name="Store" state={newest === null ? 'unknown' : 'good'}
          text={newest === null ? 'nothing in this range' :
                                  `newest came ${age(newest, nowMs)} ago`}>
      {format.count(summary.events)} events in this range
    </Step>
  );
}

const age = (ms: number, nowMs: number) => format.duration(Math.max(0, nowMs - ms) / 1000);

function queueState(queue: Queue): State {
  if (!queue.reachable || queue.warnings.length > 0) return 'bad';
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
