// The walk of an event through the programs, with the state of each step.
import type {OverviewTotals, Program, Programs, Queue} from 'model';
import type {ComponentChildren} from 'preact';

import * as format from '../format';
import type {Polled} from '../poll';
import {CardBody} from './card';

interface Props {
  queue: Polled<Queue>;
  programs: Polled<Programs>;
  totals: OverviewTotals | null;
}

export type State = 'good' | 'warn' | 'bad' | 'unknown';

// Events wait for a fraction of a second when all is well.
export const kOldWarnS = 30;
export const kOldBadS = 300;

export function PipelineCard({queue, programs, totals}: Props) {
  return (
    <section class="card pipeline" aria-labelledby="pipeline-title">
      <header class="card-head"><h2 id="pipeline-title">Pipeline</h2></header>
      <CardBody polled={programs}>{({programs: all, time}) => (
        <ol class="steps">
          <IntakeStep intake={programOf(all, 'penstock-ingest')} />
          <QueueStep queue={queue} />
          <WorkerStep worker={programOf(all, 'penstock-worker')} queue={queue.data} />
          <StoreStep totals={totals} nowMs={time} />
        </ol>
      )}</CardBody>
    </section>
  );
}

const programOf = (all: Program[], name: string) => all.find((one) => one.name === name);

// As the person reads it; `does` is what it does when all is well.
export function programText(program: Program | undefined, does: string): string {
  switch (program?.state) {
    case 'ready':
    case 'running':
      return does;
    case 'not_ready':
      return `is not ready: ${program.not_ready.join('; ')}`;
    case 'silent':
      return 'runs and does not answer';
    default:
      return 'not seen on this machine';
  }
}

export const kProgramStates: Record<Program['state'], State> =
    {ready: 'good', running: 'good', not_ready: 'warn', silent: 'bad', absent: 'unknown'};

const stateOf = (program: Program | undefined) => kProgramStates[program?.state ?? 'absent'];

function IntakeStep({intake}: {intake: Program | undefined}) {
  return (
    <Step name="Intake" state={stateOf(intake)} text={programText(intake, 'takes events')}>
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

function WorkerStep({worker, queue}: {worker: Program | undefined, queue: Queue | null}) {
  const dead = queue?.dead ?? null;
  return (
    <Step name="Worker" state={stateOf(worker)} text={programText(worker, 'stores them')}>
      {dead === null ? '' : dead === 0 ? 'no dead letters' :
                            `${format.count(dead)} dead letters`}
    </Step>
  );
}

function StoreStep({totals, nowMs}: {totals: OverviewTotals | null, nowMs: number}) {
  if (totals === null) return <Step name="Store" state="unknown" text="is being asked" />;
  const newest = totals.newest_received_at;
  return (
    <Step name="Store" state={newest === null ? 'unknown' : 'good'}
          text={newest === null ? 'nothing in this range' :
                                  `newest came ${age(newest, nowMs)} ago`}>
      {format.count(totals.events)} events in this range
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
