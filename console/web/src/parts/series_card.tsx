// Events over time: a chart, and the same numbers as a table.
import type {Timeseries} from 'model';
import {useEffect, useState} from 'preact/hooks';

import {get} from '../api';
import * as format from '../format';
import {
  go, hrefOf, type Place, queryOf, questionOf, stepOf, stepQuery, wholeRangeBefore,
} from '../place';
import {usePoll} from '../poll';
import {customRange, kSteps, type Span} from '../ranges';
import {CardBody, MissingDays} from './card';
import type {Chart as ChartType} from './chart';
import {Icon} from './icons';
import {Link} from './link';

export function SeriesCard({place, path = '/'}: {place: Place, path?: string}) {
  const question = questionOf(place);
  const polled = usePoll(question, (signal) => get(
      '/stats/timeseries', {...queryOf(place, Date.now()), ...stepQuery(place)}, signal));
  const compared = usePoll(place.isCompared ? question : null, (signal) => get(
      '/stats/timeseries', {...wholeRangeBefore(place, Date.now()), ...stepQuery(place)}, signal));
  const before = compared.isOld ? null : compared.data?.events ?? null;
  const hasVisitors = (polled.data?.visitors.length ?? 1) > 0;
  const isTable = place.chart === 'table';
  const zoom = (span: Span) =>
      go(hrefOf({...place, custom: span, range: customRange(span), step: null}, path));
  return (
    <section class="card series" aria-labelledby="series-title">
      <header class="card-head">
        <h2 id="series-title">Events over time</h2>
        <p class="legend">
          <span><span class="swatch swatch-events" />Events</span>
          {hasVisitors && <span><span class="swatch swatch-visitors" />Visitors</span>}
          {before && <span><span class="swatch swatch-before" />Events before</span>}
          <span class="legend-step">per {kSteps[stepOf(place)]!.label}</span>
        </p>
        <Link class="button-quiet"
              href={hrefOf({...place, chart: isTable ? 'chart' : 'table'}, path)}
              label={isTable ? 'Show the chart' : 'Show the numbers as a table'}>
          <Icon name={isTable ? 'chart' : 'table'} />
        </Link>
      </header>
      <CardBody polled={polled}>{(series) => (
        <>
          <MissingDays days={series.missing_days} />
          {isTable ? <SeriesTable series={series} /> :
                     <figure role="img" aria-label={describe(place, series)}>
                       <LazyChart key={place.zone} series={series} before={before}
                                  onZoom={zoom} />
                     </figure>}
        </>
      )}</CardBody>
    </section>
  );
}

interface ChartProps {
  series: Timeseries;
  before: number[] | null;
  onZoom: (span: Span) => void;
}

function LazyChart({series, before, onZoom}: ChartProps) {
  const [loaded, setLoaded] = useState<{Chart: typeof ChartType} | null>(null);
  useEffect(() => void import('./chart').then(({Chart}) => setLoaded({Chart})), []);
  return loaded ? <loaded.Chart series={series} before={before} onZoom={onZoom} /> : <div class="chart-place" />;
}

function describe(place: Place, series: Timeseries): string {
  const total = series.events.reduce((sum, n) => sum + n, 0);
  const most = Math.max(0, ...series.events);
  const at = series.t[series.events.indexOf(most)];
  const peak = most > 0 && at !== undefined ?
      `, at most ${format.count(most)} at ${format.bucketTime(at, series.step)}` : '';
  return `Chart of events per ${kSteps[stepOf(place)]!.label} in ${place.range.title}: ` +
      `${format.count(total)} in all${peak}. The button before it shows the numbers as a table.`;
}

function SeriesTable({series}: {series: Timeseries}) {
  const hasVisitors = series.visitors.length > 0;
  const rows = series.t.map((_, index) => series.t.length - 1 - index);
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Events over time, newest first">
      <table class="numbers">
        <thead>
          <tr><th>From</th><th>Events</th>{hasVisitors && <th>Visitors</th>}</tr>
        </thead>
        <tbody>
          {rows.map((i) => (
            <tr key={series.t[i]}>
              <td>{format.bucketTime(series.t[i]!, series.step)}</td>
              <td>{format.count(series.events[i]!)}</td>
              {hasVisitors && <td>{format.count(series.visitors[i]!)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
