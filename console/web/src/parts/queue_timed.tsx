// Sidekiq's jobs that wait for their time, those that are due first, first. Only to look at.
import type {TimedJobs} from 'model';
import {useEffect, useState} from 'preact/hooks';

import {getText} from '../api';
import * as format from '../format';
import {elements, members} from '../json_text';
import {usePoll} from '../poll';
import {hrefOfQueue, type QueuePlace} from '../queue_place';
import {CardBody} from './card';
import {startOf} from './dead_table';
import {Dialog} from './dialog';
import {Link} from './link';
import {MessageView} from './message_view';

const kRows = 50;
const kSets = [['retry', 'To be retried'], ['schedule', 'Scheduled']] as const;

export function QueueTimed({place, nowMs}: {place: QueuePlace, nowMs: number}) {
  const [offset, setOffset] = useState(0);
  const [open, setOpen] = useState<string | null>(null);
  useEffect(() => setOffset(0), [place.set]);
  const polled = usePoll(`timed ${place.set} ${offset}`, async (signal) => {
    const json = await getText('/queue/timed', {set: place.set, limit: kRows, offset}, signal);
    return {page: JSON.parse(json) as TimedJobs, json};
  });
  return (
    <section class="card" aria-label="Jobs that wait for their time">
      <header class="card-head">
        <nav class="tabs" aria-label="Sets">
          {kSets.map(([set, title]) => (
            <Link key={set} href={hrefOfQueue({...place, set})} isCurrent={set === place.set}>
              {title}
            </Link>
          ))}
        </nav>
        <p class="hint" role="status">{polled.data && `${format.count(polled.data.page.total)} ${
          polled.data.page.total === 1 ? 'job' : 'jobs'}`}</p>
      </header>
      <CardBody polled={polled}>{({page: {total, jobs}, json}) => (
        <>
          {jobs.length === 0 ? <p class="card-empty">None.</p> :
            <div class="scroll-x" tabIndex={0} role="region" aria-label="Jobs">
              <table class="rows letter-table">
                <thead>
                  <tr><th class="at">Due</th><th>Job</th><th>Message</th><th class="size">Size</th></tr>
                </thead>
                <tbody>{jobs.map((job, i) => {
                  const show = () => setOpen(elements(new Map(members(json)).get('jobs')!)[i]!);
                  return (
                    <tr key={i} onClick={show}>
                      <td class="at when">{job.at === null ? '–' : dueText(job.at, nowMs)}</td>
                      <td class="name">
                        <button type="button" class="button-link" onClick={show}>
                          {format.visible(job.class ?? 'No job')}
                        </button>
                      </td>
                      <td>{startOf(job)}</td>
                      <td class="size">{format.bytes(job.bytes)}</td>
                    </tr>
                  );
                })}</tbody>
              </table>
            </div>}
          {(offset > 0 || offset + jobs.length < total) && (
            <p class="turn">
              <button type="button" class="button" disabled={offset === 0}
                      onClick={() => setOffset(Math.max(0, offset - kRows))}>Earlier</button>
              <button type="button" class="button" disabled={offset + jobs.length >= total}
                      onClick={() => setOffset(offset + kRows)}>Later</button>
            </p>
          )}
        </>
      )}</CardBody>
      {open !== null && (
        <Dialog title="A job" isWide onClose={() => setOpen(null)}>
          <MessageView json={open} name="job" />
        </Dialog>
      )}
    </section>
  );
}

const dueText = (ms: number, nowMs: number) =>
    ms > nowMs ? `in ${format.duration((ms - nowMs) / 1000)}` : 'now';
