// The first view: how much, when, what, from where, and whether it all arrives.
import type {DeadLetters, Queue, Summary, System} from 'model';

import {get} from '../api';
import * as format from '../format';
import {useKeys} from '../keys';
import {mayDo, type ViewProps} from '../pages';
import {MissingDays} from '../parts/card';
import {DeadLettersCard} from '../parts/dead_letters_card';
import {EventDialog} from '../parts/event_dialog';
import {EventsCard} from '../parts/events_card';
import {FilterBar} from '../parts/filter_bar';
import {FirstEvent} from '../parts/first_event';
import {Foot, Freshness} from '../parts/freshness';
import {Link} from '../parts/link';
import {Notice} from '../parts/notice';
import {kOldBadS, kOldWarnS, PipelineCard} from '../parts/pipeline_card';
import {RangePicker} from '../parts/range_picker';
import {SeriesCard} from '../parts/series_card';
import {ChangeNote, Tile} from '../parts/tile';
import {kCards, TopList} from '../parts/top_list';
import {go, hrefOf, kRanges, type Place, queryBefore, queryOf, questionOf, usePlace} from '../place';
import {type Polled, refresh, usePoll} from '../poll';

const kDeadRows = 8;

// What several cards show. Null where it is not known.
interface Shared {
  summary: Polled<Summary>;
  before: Polled<Summary>;  // Of the range before, to compare with.
  queue: Polled<Queue>;
  system: Polled<System>;
}

function useShared(place: Place): Shared {
  const question = questionOf(place);
  const summary = usePoll(question, (signal) =>
      get('/stats/summary', '?' + queryOf(place, Date.now()), signal));
  // While the range's own numbers stay, so does what they are compared with.
  const comparedAtMs = () => summary.isOld ? Date.now() : summary.changedAtMs || Date.now();
  return {
    summary,
    before: usePoll(question, (signal) =>
        get('/stats/summary', '?' + queryBefore(place, comparedAtMs()), signal)),
    queue: usePoll('queue', (signal) => get('/queue', '', signal)),
    system: usePoll('system', (signal) => get('/system', '', signal)),
  };
}

// When the newest of all events came: asked only where the range has none. Undefined: not known yet.
function useNewest(summary: Summary | null): number | null | undefined {
  const isEmpty = summary !== null && summary.events === 0;
  const polled = usePoll(isEmpty ? 'newest' : null, async (signal) => {
    const {events} = await get('/events', '?from=0&limit=1', signal);
    return {at: events[0]?.received_at ?? null};
  });
  if (summary !== null && !isEmpty) return summary.newest_received_at;
  return polled.data === null ? undefined : polled.data.at;
}

function useDeadLetters(queue: Queue | null): Polled<DeadLetters> {
  return usePoll(queue?.dead ? 'dead' : null,
                 (signal) => get('/queue/dead', `?limit=${kDeadRows}`, signal));
}

export function Overview({role}: ViewProps) {
  const place = usePlace();
  const shared = useShared(place);
  const {summary, queue, system} = shared;
  const newestAt = useNewest(summary.data);
  const dead = useDeadLetters(queue.data);
  const nowMs = system.data?.time ?? Date.now();
  useKeys(place, '/');

  return (
    <div class={summary.isOld ? 'view is-old' : 'view'}
         aria-busy={summary.isOld || summary.data === null}>
      <div class="toolbar">
        <h1>Overview</h1>
        <Freshness polled={summary} />
        <RangePicker place={place} />
      </div>
      <FilterBar place={place} />
      <Troubles shared={shared} />
      <Tiles place={place} shared={shared} />
      {newestAt === null && summary.data?.events === 0 ?
        <div class="pair">
          <FirstEvent system={system.data} />
          <PipelineCard queue={queue} system={system} summary={summary.data} />
        </div> :
        <>
          {summary.data?.events === 0 && typeof newestAt === 'number' && (
            <NothingHere place={place} newestAt={newestAt} nowMs={nowMs} />
          )}
          <SeriesCard place={place} />
          <div class="tops">
            {kCards.map((card) => (
              <TopList key={card.name} card={card} place={place}
                       total={summary.data?.events ?? null} />
            ))}
          </div>
          <div class="pair">
            <EventsCard place={place} nowMs={nowMs} />
            <PipelineCard queue={queue} system={system} summary={summary.data} />
          </div>
        </>}
      {dead.data && dead.data.letters.length > 0 && (
        <DeadLettersCard dead={dead.data} mayChange={mayDo(role, 'editor')} nowMs={nowMs}
                         onChanged={refresh} />
      )}
      <Foot version={system.data?.version} keys={<><kbd>Esc</kbd> clear filters</>} />
      {place.eventId !== null && (
        <EventDialog id={place.eventId} onClose={() => go(hrefOf({...place, eventId: null}))} />
      )}
    </div>
  );
}

// What is wrong with the tiles' own numbers; cards say for themselves what is wrong with theirs.
function Troubles({shared: {summary, system}}: {shared: Shared}) {
  const error = summary.error ?? system.error;
  const again = {text: 'Try again', run: refresh};
  return (
    <>
      {error && (summary.data === null ?
        <Notice kind="error" title="No data." action={again}>
          {format.sentence(error.message)}
        </Notice> :
        <Notice kind="stale" title="Not up to date." action={again}>
          {format.sentence(error.message)} What you see is from {format.time(summary.atMs, Date.now())}; the page
          keeps trying.
        </Notice>)}
      {summary.data && <MissingDays days={summary.data.missing_days} />}
    </>
  );
}

function Tiles({place, shared}: {place: Place, shared: Shared}) {
  const name = place.range.name;
  const summary = shared.summary.data;
  const before = shared.before.data;
  const queue = shared.queue.data;
  const oldest = queue?.oldest_seconds ?? null;
  const known = (n: number | null | undefined) => n == null ? '–' : format.tile(n);
  const exact = (n: number | null | undefined) => n == null ? {} : {exact: format.count(n)};
  const note = (now: number | null | undefined, then: number | null | undefined) =>
    now == null ? (summary === null ? '' : 'not counted for this filter') :
    then == null ? '' :
    <ChangeNote change={format.change(now, then)} rangeName={name} />;
  return (
    <dl class="tiles">
      <Tile title="Events" value={known(summary?.events)} {...exact(summary?.events)}>
        {note(summary?.events, before?.events)}
      </Tile>
      <Tile title="Visitors" value={known(summary?.visitors)} {...exact(summary?.visitors)}>
        {note(summary?.visitors, before?.visitors)}
      </Tile>
      <Tile title="Bots" value={known(summary?.bots)} {...exact(summary?.bots)}>
        {summary === null ? '' :
         summary.bots === null ? 'not counted for this filter' :
         summary.events === 0 ? 'no events' :
                                `${format.share(summary.bots, summary.events)} of events`}
      </Tile>
      <Tile title="Waiting" value={known(queue?.depth)}
            {...(queue === null || queue.reachable ? {} : {tone: 'bad'})}>
        {queue === null ? queueTrouble(shared.queue) :
         queue.reachable ? `messages in the ${queue.kind === 'redis' ? 'queue' : 'spool'}` :
                           'the queue cannot be reached'}
      </Tile>
      <Tile title="Oldest waiting"
            value={oldest === null ? '–' : queue?.depth === 0 ? '0 s' : format.duration(oldest)}
            {...toneOfAge(oldest)}>
        {queue === null ? '' : queue.depth === 0 ? 'stored as they come' : 'until it is stored'}
      </Tile>
      <Tile title="Dead letters" value={known(queue?.dead)}
            {...(queue?.dead ? {tone: 'warn'} : {})}>
        {queue === null ? '' : queue.dead ? 'could not be stored' : 'nothing set aside'}
      </Tile>
    </dl>
  );
}

const queueTrouble = (queue: Polled<Queue>) => queue.error ? queue.error.message : '';

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
