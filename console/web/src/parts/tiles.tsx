// The numbers of the range, each with what it was before.
import type {Summary, Visits} from 'model';

import {get} from '../api';
import * as format from '../format';
import {kMetrics, type MetricName} from '../metrics';
import {
  conditionsOf, go, hrefOf, type Place, queryBefore, queryOf, questionOf,
} from '../place';
import {type Polled, usePoll} from '../poll';
import {ChangeNote, Tile} from './tile';

const kOnlineMs = 5 * 60_000;

interface Props {
  place: Place;
  summary: Polled<Summary>;
  before: Summary | null;
}

export function Tiles({place, summary: polled, before}: Props) {
  const question = questionOf(place);
  const visitsNow = usePoll(question, (signal) =>
      get('/stats/visits', queryOf(place, Date.now()), signal));
  const visitsBefore = usePoll(place.isCompared ? question : null, (signal) =>
      get('/stats/visits', queryBefore(place, Date.now()), signal));
  const leftOut = useBots(place);
  const online = useOnline(place);
  const summary = polled.data;
  const visits = visitsNow.data;
  const then = visitsBefore.data;
  const number = (n: number | null | undefined) => n == null ? {value: '–'} :
      {value: format.tile(n), exact: format.count(n)};
  const note = (now: number | null | undefined, before: number | null | undefined) =>
      now == null || before == null ? '' :
      <ChangeNote change={format.change(now, before)} />;
  const pick = (metric: MetricName) => ({pick: {
    isPicked: metric === place.metric,
    label: `${kMetrics[metric].title}: show in the chart`,
    onPick: () => go(hrefOf({...place, metric})),
  }});
  return (
    <dl class="tiles">
      <Tile title="Visitors" {...number(summary?.visitors)} {...pick('visitors')}>
        {note(summary?.visitors, before?.visitors)}
      </Tile>
      <Tile title="Visits" {...number(visits?.visits)} {...pick('visits')}>
        {note(visits?.visits, then?.visits)}
      </Tile>
      <Tile title="Events" {...number(summary?.events)} {...pick('events')}>
        {leftOut ? `${format.count(leftOut)} of bots left out` :
                   note(summary?.events, before?.events)}
      </Tile>
      <Tile title="Bounce rate" value={bounceRate(visits) ?? '–'} {...pick('bounces')}>
        {bounceRate(then) === null ? '' : `${bounceRate(then)} before`}
      </Tile>
      <Tile title="Visit duration" value={visitLength(visits)} {...pick('duration')}>
        {then?.average_seconds == null ? '' : `${visitLength(then)} before`}
      </Tile>
      <Tile title="Online now" {...number(online)}>visitors of the last 5 minutes</Tile>
    </dl>
  );
}

const bounceRate = (visits: Visits | null) =>
    visits === null || visits.visits === 0 ? null : format.share(visits.bounces, visits.visits);

const visitLength = (visits: Visits | null) =>
    visits?.average_seconds == null ? '–' : format.clockDuration(visits.average_seconds);

// Events that the view leaves out; null where it shows them, or it is not known.
export function useBots(place: Place): number | null {
  const isHidden = place.bots === '0';
  const bots = usePoll(isHidden ? questionOf(place) : null, (signal) =>
      get('/stats/summary', queryOf({...place, bots: 'only'}, Date.now()), signal));
  return isHidden && bots.data !== null && !bots.isOld ? bots.data.events : null;
}

function useOnline(place: Place): number | null {
  const conditions = conditionsOf(place);
  const online = usePoll(`online ${JSON.stringify(conditions)}`, (signal) => {
    const minute = Math.floor(Date.now() / 60_000) * 60_000;
    const span = {from: String(minute + 60_000 - kOnlineMs), to: String(minute + 60_000)};
    return get('/stats/summary', {...conditions, ...span}, signal);
  });
  return online.isOld ? null : online.data?.visitors ?? null;
}
