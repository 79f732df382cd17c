// Who works on the queue, and whether he gets on: only who has shown so lately is shown as well.
import type {QueueWorker, QueueWorkers} from 'model';

import {get} from '../api';
import * as format from '../format';
import {usePoll} from '../poll';
import {CardBody} from './card';
import {at} from './dead_reasons';
import {Notice} from './notice';

const kStates: Record<QueueWorker['state'], {text: string, tone: 'good' | 'warn' | 'bad'}> = {
  working: {text: 'Works', tone: 'good'},
  idle: {text: 'Waits for messages', tone: 'good'},
  quiet: {text: 'Takes no more', tone: 'warn'},
  troubled: {text: 'Does not get on', tone: 'bad'},
  stuck: {text: 'Is stuck', tone: 'bad'},
  silent: {text: 'Does not answer', tone: 'bad'},
  stopped: {text: 'Stopped', tone: 'bad'},
};

export function WorkersCard({nowMs}: {nowMs: number}) {
  const polled = usePoll('workers', (signal) => get('/queue/workers', {}, signal));
  return (
    <section class="card" aria-labelledby="workers-title">
      <header class="card-head"><h2 id="workers-title">Workers</h2></header>
      <CardBody polled={polled}>{(all) => <Workers all={all} nowMs={nowMs} />}</CardBody>
    </section>
  );
}

function Workers({all: {workers, complete}, nowMs}: {all: QueueWorkers, nowMs: number}) {
  return (
    <>
      {!complete && (
        <Notice kind="stale" title="Not all may be seen.">
          The queue could not be asked who works on it.
        </Notice>
      )}
      {workers.length === 0 ?
        <p class="card-empty">No worker runs here: what comes waits.</p> :
        <div class="scroll-x" tabIndex={0} role="region" aria-label="Table of workers">
          <table class="rows letter-table">
            <thead>
              <tr>
                <th>State</th><th>Worker</th><th class="size">In hand</th>
                <th class="at">Oldest for</th><th class="at">Last seen</th><th class="at">Started</th>
              </tr>
            </thead>
            <tbody>{workers.map((worker) => (
              <tr key={worker.identity}>
                <td title={worker.note}>
                  <span class={`state state-${kStates[worker.state].tone}`}>
                    {kStates[worker.state].text}
                  </span>
                  {worker.note !== '' && <span class="letter-note">: {worker.note}</span>}
                </td>
                <td title={worker.identity}>{nameOf(worker.identity)}</td>
                <td class="size">{worker.claimed === null ? '–' : format.count(worker.claimed)}</td>
                <td class="at">{worker.oldest_claim_seconds === null ? '–' :
                    format.duration(worker.oldest_claim_seconds)}</td>
                <td class="at when">{at(worker.seen_at, nowMs)}</td>
                <td class="at when">{at(worker.started_at, nowMs)}</td>
              </tr>
            ))}</tbody>
          </table>
        </div>}
    </>
  );
}

// "HOST:PID:NONCE": the last part is for programs.
function nameOf(identity: string): string {
  const parts = identity.split(':');
  const text = parts.length < 3 ? identity :
      `${parts.slice(0, -2).join(':')}, process ${parts.at(-2)}`;
  return format.visible(text);
}
