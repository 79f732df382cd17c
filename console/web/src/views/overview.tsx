// The first view: how much, when, what, from where, and whether it all arrives.
import type {DeadReasons, Programs, Queue, Summary, System} from 'model';

import {get} from '../api';
import * as format from '../format';
import {useKeys} from '../keys';
import {kCards} from '../lists';
import type {ViewProps} from '../pages';
import {MissingDays} from '../parts/card';
import {Bar} from '../parts/bar';
import {FilterBar} from '../parts/filter_bar';
import {Foot, Freshness} from '../parts/freshness';
import {laterOver} from '../parts/later';
import {Link} from '../parts/link';
import {Notice} from '../parts/notice';
import {PropertyCard} from '../parts/property_card';
import {PipelineCard} from '../parts/pipeline_card';
import {SeriesCard} from '../parts/series_card';
import {Tiles, useBots} from '../parts/tiles';
import {TopCard} from '../parts/top_list';
import {
  go, hrefOf, type Place, queryBefore, queryOf, questionOf, usePlace, withRange,
} from '../place';
import {type Polled, refresh, usePoll} from '../poll';
import {kRanges} from '../ranges';
import {isLimited, mayDo, ofAll} from '../rights';

// Below what a first look shows.
const EventsCard = laterOver(() => import('../parts/events_card').then((part) => part.EventsCard));
// What most looks at it do not show.
const HealthStrip = laterOver(() => import('../parts/health_strip').then((part) => part.HealthStrip));
const DeadLettersCard =
    laterOver(() => import('../parts/dead_letters_card').then((part) => part.DeadLettersCard));
const FirstEvent = laterOver(() => import('../parts/first_event').then((part) => part.FirstEvent));
const EventDialog =
    laterOver(() => import('../parts/event_dialog').then((part) => part.EventDialog));

// What several cards show. Null where it is not known.
interface Shared {
  summary: Polled<Summary>;
  before: Polled<Summary>;  // Of the range before, to compare with.
  queue: Polled<Queue>;
  system: Polled<System>;
  programs: Polled<Programs>;
}

function useShared(place: Place): Shared {
  const question = questionOf(place);
  const summary = usePoll(question, (signal) =>
      get('/stats/summary', queryOf(place, Date.now()), signal));
  return {
    summary,
    before: usePoll(place.isCompared ? question : null, (signal) =>
        get('/stats/summary', queryBefore(place, Date.now()), signal)),
    queue: usePoll(ofAll('queue'), (signal) => get('/queue', {}, signal)),
    system: usePoll(ofAll('system'), (signal) => get('/system', {}, signal)),
    programs: usePoll(ofAll('programs'), (signal) => get('/system/programs', {}, signal)),
  };
}

// When the newest of all events came: asked only where the range has none. Undefined: not known yet.
function useNewest(place: Place, summary: Summary | null): number | null | undefined {
  const isEmpty = summary !== null && summary.events === 0;
  const {project} = place;
  const polled = usePoll(isEmpty ? `newest ${project}` : null, async (signal) => {
    const asked = {from: '0', limit: 1, project: project || undefined};
    const {events} = await get('/events', asked, signal);
    return {at: events[0]?.received_at ?? null};
  });
  if (summary !== null && !isEmpty) return summary.newest_received_at;
  return polled.data === null ? undefined : polled.data.at;
}

function useDeadReasons(queue: Queue | null): Polled<DeadReasons> {
  return usePoll(queue?.dead ? 'dead' : null,
                 (signal) => get('/queue/dead/reasons', {}, signal));
}

export function Overview({role}: ViewProps) {
  const place = usePlace();
  const shared = useShared(place);
  const {summary, queue, system, programs} = shared;
  const newestAt = useNewest(place, summary.data);
  const dead = useDeadReasons(queue.data);
  const nowMs = system.data?.time ?? Date.now();
  useKeys(place, '/');

  return (
    <div class={summary.isOld ? 'view is-old' : 'view'}
         aria-busy={summary.isOld || summary.data === null}>
      <div class="toolbar">
        <h1>Overview</h1>
        <Freshness polled={summary} />
      </div>
      <Bar place={place} />
      <FilterBar place={place} />
      <HealthStrip queue={queue.data} programs={programs.data} />
      <Troubles shared={shared} />
      <Tiles place={place} summary={summary} before={shared.before.data} />
      {newestAt === null && summary.data?.events === 0 ?
        <div class="pair">
          <FirstEvent system={system.data} role={isLimited() ? 'none' : role} />
          {!isLimited() && (
            <PipelineCard queue={queue} programs={programs} summary={summary.data} />
          )}
        </div> :
        <>
          {summary.data?.events === 0 && typeof newestAt === 'number' && (
            <NothingHere place={place} newestAt={newestAt} nowMs={nowMs} />
          )}
          <SeriesCard place={place} />
          <div class="tops">
            {kCards.map((card) => (
              <TopCard key={card.name} card={card} place={place}
                       total={summary.data?.events ?? null} />
            ))}
            <PropertyCard place={place} total={summary.data?.events ?? null} />
          </div>
          <div class="pair">
            <EventsCard place={place} nowMs={nowMs} />
            {!isLimited() && (
              <PipelineCard queue={queue} programs={programs} summary={summary.data} />
            )}
          </div>
        </>}
      {dead.data && dead.data.groups.length > 0 && (
        <DeadLettersCard reasons={dead.data} nowMs={nowMs} />
      )}
      <Foot version={system.data?.version} hasRange keys={<><kbd>Esc</kbd> clear filters</>} />
      {place.eventId !== null && (
        <EventDialog id={place.eventId} place={place} mayChange={mayDo(role, 'editor')}
                     onClose={() => go(hrefOf({...place, eventId: null}))} />
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

interface NothingHereProps {
  place: Place;
  newestAt: number;
  nowMs: number;
}

function NothingHere({place, newestAt, nowMs}: NothingHereProps) {
  const ageS = (nowMs - newestAt) / 1000;
  const leftOut = useBots(place);
  if (leftOut) {
    return (
      <Notice kind="info" title={`Only bots in ${place.range.title}.`}>
        {format.count(leftOut)} events are left out: what says it is no browser, as curl does, counts
        as a bot. <Link href={hrefOf({...place, bots: '1'})}>Show them</Link>
      </Notice>
    );
  }
  const wider = kRanges.find((range) => range.seconds > Math.max(ageS, place.range.seconds));
  return (
    <Notice kind="info" title={`No events in ${place.range.title}${
        place.filters.length > 0 ? ' with these filters' : ''}.`}>
      The newest of all came {format.duration(ageS)} ago.{' '}
      {place.filters.length > 0 && (
        <Link href={hrefOf({...place, filters: []})}>Clear the filters</Link>
      )}
      {place.filters.length === 0 && wider && (
        <Link href={hrefOf(withRange(place, wider))}>Show {wider.title}</Link>
      )}
    </Notice>
  );
}
