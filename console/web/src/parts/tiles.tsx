// The numbers of the range, each with what it was before.
import type {OverviewTotals} from 'model';

import {get} from '../api';
import * as format from '../format';
import {kMetrics, type MetricName} from '../metrics';
import {conditionsOf, go, hrefOf, type Place} from '../place';
import {usePoll} from '../poll';
import {ChangeNote, Tile} from './tile';

const kOnlineMs = 5 * 60_000;

interface Props {
  place: Place;
  now: OverviewTotals | null;
  before: OverviewTotals | null;
}

export function Tiles({place, now, before}: Props) {
  const online = useOnline(place);
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
      <Tile title="Visitors" {...number(now?.visitors)} {...pick('visitors')}>
        {note(now?.visitors, before?.visitors)}
      </Tile>
      <Tile title="Visits" {...number(now?.visits)} {...pick('visits')}>
        {note(now?.visits, before?.visits)}
      </Tile>
      <Tile title="Events" {...number(now?.events)} {...pick('events')}>
        {now?.bots_left_out ? `${format.count(now.bots_left_out)} of bots left out` :
                              note(now?.events, before?.events)}
      </Tile>
      <Tile title="Bounce rate" value={bounceRate(now) ?? '–'} {...pick('bounces')}>
        {bounceRate(before) === null ? '' : `${bounceRate(before)} before`}
      </Tile>
      <Tile title="Visit duration" value={visitLength(now)} {...pick('duration')}>
        {before?.average_seconds == null ? '' : `${visitLength(before)} before`}
      </Tile>
      <Tile title="Online now" {...number(online)}>visitors of the last 5 minutes</Tile>
    </dl>
  );
}

const bounceRate = (totals: OverviewTotals | null) =>
    totals === null || totals.visits === 0 ? null : format.share(totals.bounces, totals.visits);

const visitLength = (totals: OverviewTotals | null) =>
    totals?.average_seconds == null ? '–' : format.clockDuration(totals.average_seconds);

function useOnline(place: Place): number | null {
  const conditions = conditionsOf(place);
  const online = usePoll(`online ${JSON.stringify(conditions)}`, (signal) => {
    const minute = Math.floor(Date.now() / 60_000) * 60_000;
    const span = {from: String(minute + 60_000 - kOnlineMs), to: String(minute + 60_000)};
    return get('/stats/summary', {...conditions, ...span}, signal);
  });
  return online.isOld ? null : online.data?.visitors ?? null;
}
