// The first view: how much, when, what, from where, and whether it all arrives.
import {useEffect} from 'preact/hooks';

import {get} from '../api';
import * as format from '../format';
import type {
  DeadLetters, Queue, Role, StoredEvent, Summary, System, Timeseries, TopRow,
} from '../model';
import {DeadLettersCard} from '../parts/dead_letters_card';
import {EventDialog} from '../parts/event_dialog';
import {EventsCard} from '../parts/events_card';
import {FilterBar} from '../parts/filter_bar';
import {FirstEvent} from '../parts/first_event';
import {Icon} from '../parts/icons';
import {Link} from '../parts/link';
import {Notice} from '../parts/notice';
import {kOldBadS, kOldWarnS, PipelineCard} from '../parts/pipeline_card';
import {RangePicker} from '../parts/range_picker';
import {SeriesCard} from '../parts/series_card';
import {ChangeNote, Tile} from '../parts/tile';
import {kCards, shownDimension, TopList} from '../parts/top_list';
import {go, hrefOf, kRanges, type Place, queryOf, usePlace} from '../place';
import {usePoll} from '../poll';

const kTopRows = 8;
const kEventRows = 12;
const kDeadRows = 8;

interface Data {
  summary: Summary;
  before: Summary;  // Of the range before, to compare with.
  series: Timeseries;
  tops: TopRow[][];  // As kCards.
  events: StoredEvent[];
  queue: Queue;
  dead: DeadLetters | null;  // Null where there are none, or they cannot be had.
  system: System;
  newestAt: number | null;  // Of all time; asked only where the range has none.
}

async function load(place: Place, signal: AbortSignal): Promise<Data> {
  const now = Date.now();
  const query = queryOf(place, now);
  const queryBefore = queryOf(place, now, true);
  const [summary, before, series, events, queue, system, ...tops] = await Promise.all([
    get<Summary>(`/stats/summary?${query}`, signal),
    get<Summary>(`/stats/summary?${queryBefore}`, signal),
    get<Timeseries>(`/stats/timeseries?${query}&step=${place.range.stepS}`, signal),
    get<{events: StoredEvent[]}>(`/events?${query}&limit=${kEventRows}`, signal),
    get<Queue>('/queue', signal),
    get<System>('/system', signal),
    ...kCards.map((card) => get<{rows: TopRow[]}>(
        `/stats/top?${query}&dimension=${shownDimension(card, place)}&limit=${kTopRows}`, signal)),
  ]);
  const newestAt = summary.events > 0 ? summary.newest_received_at : await newestOfAll(signal);
  const dead = queue.dead ?
      await get<DeadLetters>(`/queue/dead?limit=${kDeadRows}`, signal).catch(() => null) :
      null;
  return {summary, before, series, events: events.events, queue, dead, system,
          tops: tops.map((top) => top.rows), newestAt};
}

async function newestOfAll(signal: AbortSignal): Promise<number | null> {
  const {events} = await get<{events: StoredEvent[]}>('/events?from=0&limit=1', signal);
  return events[0]?.received_at ?? null;
}

export function Overview({role, onEnded}: {role: Role, onEnded: () => void}) {
  const place = usePlace();
  // The event that is open does not change what is asked.
  const question = hrefOf({...place, eventId: null, chart: 'chart'});
  const {data, atMs, isOld, error, again} = usePoll(question, (signal) => load(place, signal));
  useEffect(() => {
    if (error?.status === 401) onEnded();
  }, [error]);
  useKeys(place, again);

  return (
    <div class={isOld ? 'view is-old' : 'view'} aria-busy={isOld || data === null}>
      <div class="toolbar">
        <h1>Overview</h1>
        <Freshness atMs={atMs} hasError={error !== null} onRefresh={again} />
        <RangePicker place={place} />
      </div>
      <FilterBar place={place} />
      {error && data && (
        <Notice kind="stale" title="Not up to date." action={{text: 'Try now', run: again}}>
          {error.message} What you see is from {format.time(atMs, Date.now())}; the page keeps
          trying.
        </Notice>
      )}
      {error && !data && (
        <Notice kind="error" title="No data." action={{text: 'Try again', run: again}}>
          {error.message}
        </Notice>
      )}
      {!data && !error && <Skeleton />}
      {data && <Content place={place} data={data} />}
      {data?.dead && data.dead.letters.length > 0 && (
        <DeadLettersCard dead={data.dead} mayChange={role !== 'viewer'} nowMs={data.system.time}
                         onChanged={again} />
      )}
      <Footer version={data?.system.version} />
      {place.eventId !== null && (
        <EventDialog id={place.eventId} onClose={() => go(hrefOf({...place, eventId: null}))} />
      )}
    </div>
  );
}

function Content({place, data}: {place: Place, data: Data}) {
  const {summary, series, queue, system, tops, events, newestAt} = data;
  if (newestAt === null) {
    return (
      <>
        <Tiles place={place} data={data} />
        <div class="pair">
          <FirstEvent system={system} />
          <PipelineCard queue={queue} system={system} summary={summary} />
        </div>
      </>
    );
  }
  return (
    <>
      <Tiles place={place} data={data} />
      {summary.events === 0 && (
        <NothingHere place={place} newestAt={newestAt} nowMs={system.time} />
      )}
      <SeriesCard place={place} series={series} />
      <div class="tops">
        {kCards.map((card, i) => (
          <TopList key={card.name} card={card} place={place} rows={tops[i] ?? []}
                   total={summary.events} />
        ))}
      </div>
      <div class="pair">
        <EventsCard place={place} events={events} nowMs={system.time} />
        <PipelineCard queue={queue} system={system} summary={summary} />
      </div>
    </>
  );
}

function Tiles({place, data: {summary, before, queue}}: {place: Place, data: Data}) {
  const name = place.range.name;
  const oldest = queue.oldest_seconds;
  const known = (n: number | null) => n === null ? '–' : format.tile(n);
  return (
    <dl class="tiles">
      <Tile title="Events" value={format.tile(summary.events)} exact={format.count(summary.events)}>
        <ChangeNote change={format.change(summary.events, before.events)} rangeName={name} />
      </Tile>
      <Tile title="Visitors" value={format.tile(summary.visitors)}
            exact={format.count(summary.visitors)}>
        <ChangeNote change={format.change(summary.visitors, before.visitors)} rangeName={name} />
      </Tile>
      <Tile title="Bots" value={format.tile(summary.bots)} exact={format.count(summary.bots)}>
        {summary.events === 0 ? 'no events' :
                                `${format.share(summary.bots, summary.events)} of events`}
      </Tile>
      <Tile title="Waiting" value={known(queue.depth)} {...(queue.reachable ? {} : {tone: 'bad'})}>
        {queue.reachable ? `messages in the ${queue.kind === 'redis' ? 'queue' : 'spool'}` :
                           'the queue cannot be reached'}
      </Tile>
      <Tile title="Oldest waiting"
            value={oldest === null ? '–' : queue.depth === 0 ? '0 s' : format.duration(oldest)}
            {...toneOfAge(oldest)}>
        {queue.depth === 0 ? 'stored as they come' : 'until it is stored'}
      </Tile>
      <Tile title="Dead letters" value={known(queue.dead)} {...(queue.dead ? {tone: 'warn'} : {})}>
        {queue.dead ? 'could not be stored' : 'nothing set aside'}
      </Tile>
    </dl>
  );
}

function toneOfAge(oldest: number | null): {tone?: 'warn' | 'bad'} {
  if (oldest === null || oldest < kOldWarnS) return {};
  return {tone: oldest < kOldBadS ? 'warn' : 'bad'};
}

interface NothingHereProps {
  place: Place;
  newestAt: number;
  nowMs: number;
}

function NothingHere({place, newestAt, nowMs}: NothingHereProps) {
  const ageS = (nowMs - newestAt) / 1000;
  const wider = kRanges.find((range) => range.seconds > Math.max(ageS, place.range.seconds));
  return (
    <Notice kind="info" title={`No events in ${place.range.title}${
        place.filters.length > 0 ? ' with these filters' : ''}.`}>
      The newest of all came {format.duration(ageS)} ago.{' '}
      {place.filters.length > 0 && (
        <Link href={hrefOf({...place, filters: []})}>Clear the filters</Link>
      )}
      {place.filters.length === 0 && wider && (
        <Link href={hrefOf({...place, range: wider})}>Show {wider.title}</Link>
      )}
    </Notice>
  );
}

function Freshness({atMs, hasError, onRefresh}:
    {atMs: number, hasError: boolean, onRefresh: () => void}) {
  const text = atMs === 0 ? 'Loading' :
                            `${hasError ? 'As of' : 'Updated'} ${format.time(atMs, Date.now())}`;
  return (
    <p class={hasError ? 'fresh fresh-stale' : 'fresh'}>
      <span class="fresh-dot" aria-hidden="true" />
      <span class="fresh-text">{text}</span>
      <button type="button" class="button-quiet" aria-label="Refresh" title="Refresh (r)"
              onClick={onRefresh}>
        <Icon name="refresh" />
      </button>
    </p>
  );
}

function Skeleton() {
  return (
    <div class="skeleton" role="status" aria-label="Loading">
      <div class="tiles">{[1, 2, 3, 4, 5, 6].map((n) => <div key={n} class="tile ghost" />)}</div>
      <div class="card ghost ghost-chart" />
      <div class="tops">
        {[1, 2, 3, 4].map((n) => <div key={n} class="card ghost ghost-list" />)}
      </div>
    </div>
  );
}

function Footer({version}: {version: string | undefined}) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <footer class="foot">
      <span>Penstock {version}</span>
      <span>Times in {zone}</span>
      <span class="keys">
        <kbd>1</kbd>–<kbd>5</kbd> range <kbd>r</kbd> refresh <kbd>Esc</kbd> clear filters
      </span>
      <a href="/api/v1/openapi.json">API</a>
    </footer>
  );
}

function useKeys(place: Place, again: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLInputElement;
      const isOpen = document.querySelector('dialog[open]') !== null;
      if (isTyping || isOpen || event.metaKey || event.ctrlKey || event.altKey) return;
      const range = kRanges[Number(event.key) - 1];
      if (range) go(hrefOf({...place, range}));
      if (event.key === 'r') again();
      if (event.key === 'Escape') go(hrefOf({...place, filters: []}));
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
}
