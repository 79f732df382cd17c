// Events over time: a chart, and the same numbers as a table.
import type {Timeseries} from 'model';
import {useEffect, useState} from 'preact/hooks';

import {get} from '../api';
import * as format from '../format';
import {hrefOf, type Place, queryOf, questionOf} from '../place';
import {usePoll} from '../poll';
import {CardBody, MissingDays} from './card';
import type {Chart as ChartType} from './chart';
import {Icon} from './icons';
import {Link} from './link';

export function SeriesCard({place}: {place: Place}) {
  const polled = usePoll(questionOf(place), (signal) => get(
      '/stats/timeseries', `?${queryOf(place, Date.now())}&step=${place.range.stepS}`, signal));
  const hasVisitors = (polled.data?.visitors.length ?? 1) > 0;
  const isTable = place.chart === 'table';
  return (
    <section class="card series" aria-labelledby="series-title">
      <header class="card-head">
        <h2 id="series-title">Events over time</h2>
        <p class="legend">
          <span><span class="swatch swatch-events" />Events</span>
          {hasVisitors && <span><span class="swatch swatch-visitors" />Visitors</span>}
          <span class="legend-step">per {stepText(place.range.stepS)}</span>
        </p>
        <Link class="button-quiet" href={hrefOf({...place, chart: isTable ? 'chart' : 'table'})}
              label={isTable ? 'Show the chart' : 'Show the numbers as a table'}>
          <Icon name={isTable ? 'chart' : 'table'} />
        </Link>
      </header>
      <CardBody polled={polled}>{(series) => (
        <>
          <MissingDays days={series.missing_days} />
          {isTable ? <SeriesTable series={series} /> :
                     <figure role="img" aria-label={describe(place, series)}>
                       <LazyChart series={series} />
                     </figure>}
        </>
      )}</CardBody>
    </section>
  );
}

function LazyChart({series}: {series: Timeseries}) {
  const [loaded, setLoaded] = useState<{Chart: typeof ChartType} | null>(null);
  useEffect(() => void import('./chart').then(({Chart}) => setLoaded({Chart})), []);
  return loaded ? <loaded.Chart series={series} /> : <div class="chart-place" />;
}

function stepText(step: number): string {
  const units: [number, string][] = [[86_400, 'day'], [3600, 'hour'], [60, 'minute']];
  const [seconds, name] = units.find(([unit]) => step % unit === 0) ?? [1, 'second'];
  const n = step / seconds;
  return n === 1 ? name : `${n} ${name}s`;
}

function describe(place: Place, series: Timeseries): string {
  const total = series.events.reduce((sum, n) => sum + n, 0);
  const most = Math.max(0, ...series.events);
  const at = series.t[series.events.indexOf(most)];
  const peak = most > 0 && at !== undefined ?
      `, at most ${format.count(most)} at ${format.bucketTime(at, series.step)}` : '';
  return `Chart of events per ${stepText(series.step)} in ${place.range.title}: ` +
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
