// The first view: how much, when, what, from where, and whether it all arrives.
import type {
  DeadReasons, Overview as Answer, OverviewTotals, Programs, Queue, System,
} from 'model';
import {useMemo} from 'preact/hooks';

import {get} from '../api';
import {useBeside} from '../beside';
import * as format from '../format';
import {useKeys} from '../keys';
import {kCards} from '../lists';
import type {ViewProps} from '../pages';
import {MissingDays} from '../parts/card';
import {Bar} from '../parts/bar';
import {FilterBar} from '../parts/filter_bar';
import {laterOver} from '../parts/later';
import {Link} from '../parts/link';
import {Notice} from '../parts/notice';
import {PropertyCard} from '../parts/property_card';
import {SeriesCard} from '../parts/series_card';
import {Tiles} from '../parts/tiles';
import {TopCard} from '../parts/top_list';
import {Foot, Freshness, View} from '../parts/view';
import {
  go, hrefOf, type Place, queryBefore, queryOf, questionOf, stepQuery, usePlace, withRange,
} from '../place';
import {type Polled, refresh, usePoll} from '../poll';
import {kRanges} from '../ranges';
import {isLimited, mayDo, ofAll} from '../rights';

// Below what a first look shows.
const EventsCard = laterOver(() => import('../parts/events_card').then((part) => part.EventsCard));
const PipelineCard =
    laterOver(() => import('../parts/pipeline_card').then((part) => part.PipelineCard));
// What most looks at it do not show.
const HealthStrip = laterOver(() => import('../parts/health_strip').then((part) => part.HealthStrip));
const DeadLettersCard =
    laterOver(() => import('../parts/dead_letters_card').then((part) => part.DeadLettersCard));
const FirstEvent = laterOver(() => import('../parts/first_event').then((part) => part.FirstEvent));
const EventDialog =
    laterOver(() => import('../parts/event_dialog').then((part) => part.EventDialog));

// What several cards show. Null where it is not known.
interface Shared {
  range: Polled<Answer>;
  before: Polled<Answer>;  // Of the range before, to compare with.
  queue: Polled<Queue>;
  system: Polled<System>;
  programs: Polled<Programs>;
}

function useShared(place: Place): Shared {
  const question = questionOf(place);
  return {
    range: usePoll(question, (signal) =>
        get('/stats/overview', {...queryOf(place, Date.now()), ...stepQuery(place)}, signal),
                   true),
    before: usePoll(place.isCompared ? question : null, (signal) =>
        get('/stats/overview', {...queryBefore(place, Date.now()), ...stepQuery(place)}, signal),
                    true),
    queue: usePoll(ofAll('queue'), (signal) => get('/queue', {}, signal)),
    system: usePoll(ofAll('system'), (signal) => get('/system', {}, signal)),
    programs: usePoll(ofAll('programs'), (signal) => get('/system/programs', {}, signal)),
  };
}

// When the newest of all events came: asked only where the range has none. Undefined: not known yet.
function useNewest(place: Place, totals: OverviewTotals | null): number | null | undefined {
  const isEmpty = totals !== null && totals.events === 0;
  const {project} = place;
  const polled = usePoll(isEmpty ? `newest ${project}` : null, async (signal) => {
    const asked = {from: '0', limit: 1, project: project || undefined};
    const {events} = await get('/events', asked, signal);
    return {at: events[0]?.received_at ?? null};
  });
  if (totals !== null && !isEmpty) return totals.newest_received_at;
  return polled.data === null ? undefined : polled.data.at;
}

function useDeadReasons(queue: Queue | null): Polled<DeadReasons> {
  return usePoll(queue?.dead ? 'dead' : null,
                 (signal) => get('/queue/dead/reasons', {}, signal));
}

export function Overview({role}: ViewProps) {
  const place = usePlace();
  const shared = useShared(place);
  const {range, before, queue, system, programs} = shared;
  const totals = range.data?.totals ?? null;
  const compared = useBeside(range, before);
  const newestAt = useNewest(place, totals);
  const dead = useDeadReasons(queue.data);
  const nowMs = system.data?.time ?? Date.now();
  useKeys(place, '/');
  // Most of what is here has nothing to do with most answers.
  const asked = useMemo(() => (
    <>
      <Bar place={place} />
      <FilterBar place={place} />
    </>
  ), [place]);
  const series = useMemo(() => (
    <SeriesCard place={place} path="/" polled={range} before={before} />
  ), [place, range, before]);
  const tops = useMemo(() => (
    <div class="tops">
      {kCards.map((card) => <TopCard key={card.name} card={card} place={place} range={range} />)}
      <PropertyCard place={place} range={range} />
    </div>
  ), [place, range.data, range.isOld]);

  return (
    <View isOld={range.isOld} isBusy={range.isOld || range.data === null}>
      <div class="toolbar">
        <h1>Overview</h1>
        <Freshness polled={range} />
      </div>
      {asked}
      <HealthStrip queue={queue.data} programs={programs.data} />
      <Troubles shared={shared} />
      <Tiles place={place} now={totals} before={compared?.totals ?? null} />
      {newestAt === null && totals?.events === 0 ?
        <div class="pair">
          <FirstEvent system={system.data} role={isLimited() ? 'none' : role} />
          {!isLimited() && (
            <PipelineCard queue={queue} programs={programs} totals={totals} />
          )}
        </div> :
        <>
          {totals?.events === 0 && !range.isOld && typeof newestAt === 'number' && (
            <NothingHere place={place} leftOut={totals.bots_left_out} newestAt={newestAt}
                         nowMs={nowMs} />
          )}
          {series}
          {tops}
          <div class="pair">
            <EventsCard place={place} nowMs={nowMs} />
            {!isLimited() && (
              <PipelineCard queue={queue} programs={programs} totals={totals} />
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
    </View>
  );
}

// What is wrong with the tiles' own numbers; cards say for themselves what is wrong with theirs.
function Troubles({shared: {range, system}}: {shared: Shared}) {
  const error = range.error ?? system.error;
  const again = {text: 'Try again', run: refresh};
  return (
    <>
      {error && (range.data === null ?
        <Notice kind="error" title="No data." action={again}>
          {format.sentence(error.message)}
        </Notice> :
        <Notice kind="stale" title="Not up to date." action={again}>
          {format.sentence(error.message)} What you see is from {format.time(range.atMs, Date.now())}; the page
          keeps trying.
        </Notice>)}
      {range.data && <MissingDays days={range.data.missing_days} />}
    </>
  );
}

interface NothingHereProps {
  place: Place;
  leftOut: number;  // Events of bots.
  newestAt: number;
  nowMs: number;
}

function NothingHere({place, leftOut, newestAt, nowMs}: NothingHereProps) {
  const ageS = (nowMs - newestAt) / 1000;
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
