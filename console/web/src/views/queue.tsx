// The queue between intake and store: how it does, what waits, and what could not be stored.
import {get} from '../api';
import * as format from '../format';
import type {ViewProps} from '../pages';
import {mayDo} from '../rights';
import {HealthStrip} from '../parts/health_strip';
import {Link} from '../parts/link';
import {QueueDead} from '../parts/queue_dead';
import {QueueHistoryCards} from '../parts/queue_history';
import {QueueNow} from '../parts/queue_now';
import {QueueTimed} from '../parts/queue_timed';
import {QueueWaiting} from '../parts/queue_waiting';
import {WorkersCard} from '../parts/queue_workers';
import {Foot, Freshness} from '../parts/view';
import {useSearch} from '../place';
import {usePoll} from '../poll';
import {hrefOfQueue, type QueuePlace, type QueueTab, readQueuePlace} from '../queue_place';
import type {Queue} from 'model';

export function QueueView({role}: ViewProps) {
  const place = readQueuePlace(useSearch());
  const queue = usePoll('queue', (signal) => get('/queue', {}, signal));
  const system = usePoll('system', (signal) => get('/system', {}, signal));
  const programs = usePoll('programs', (signal) => get('/system/programs', {}, signal));
  const nowMs = system.data?.time ?? Date.now();
  const {data} = queue;
  return (
    <div class="view" aria-busy={data === null}>
      <div class="toolbar">
        <h1>Queue</h1>
        <Freshness polled={queue} />
      </div>
      <Tabs place={place} queue={data} />
      <HealthStrip queue={data && {...data, dead: null}} programs={programs.data} />
      {place.tab === 'now' && <QueueNow queue={queue} />}
      {place.tab === 'now' && <WorkersCard nowMs={nowMs} />}
      {place.tab === 'waiting' && <QueueWaiting nowMs={nowMs} />}
      {place.tab === 'dead' && (
        <QueueDead place={place} mayChange={mayDo(role, 'editor')} nowMs={nowMs} />
      )}
      {place.tab === 'retries' && <QueueTimed place={place} nowMs={nowMs} />}
      {place.tab === 'history' && <QueueHistoryCards place={place} />}
      <Foot version={system.data?.version} />
    </div>
  );
}

const kTitles: [QueueTab, string][] = [
  ['now', 'Now'], ['waiting', 'Waiting'], ['dead', 'Dead'], ['retries', 'Retries'],
  ['history', 'History'],
];

function Tabs({place, queue}: {place: QueuePlace, queue: Queue | null}) {
  const counts: Partial<Record<QueueTab, number | null>> =
      {waiting: queue?.depth ?? null, dead: queue?.dead ?? null};
  return (
    <nav class="segments queue-tabs" aria-label="Parts of the queue">
      {kTitles.filter(([tab]) => tab !== 'retries' || queue?.timed || place.tab === tab)
          .map(([tab, title]) => (
        <Link key={tab} href={hrefOfQueue({...place, tab, letter: null})} isCurrent={tab === place.tab}>
          {title}{counts[tab] ? ` ${format.count(counts[tab])}` : ''}
        </Link>
      ))}
    </nav>
  );
}
