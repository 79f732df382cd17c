// One metric over time: a chart, and the same numbers as a table.
import {useEffect, useMemo, useState} from 'preact/hooks';

import {get} from '../api';
import {useBeside} from '../beside';
import * as format from '../format';
import {isOfVisits, kMetrics, type MetricName, type Series, type Values, valuesOf} from '../metrics';
import {
  go, hrefOf, isWholeBefore, type Place, questionOf, stepOf, stepQuery, wholeRangeBefore,
} from '../place';
import {type Polled, usePoll} from '../poll';
import {customRange, kSteps, type Span} from '../ranges';
import {CardBody, MissingDays} from './card';
import type {Chart as ChartType} from './chart';
import {Icon} from './icons';
import {Link} from './link';

// The project has nothing from before ("": none has). It is asked for once: what is stored later is
// seldom older.
const firsts = new Map<string, Promise<number | null>>();
function firstOf(project: string): Promise<number | null> {
  const asked = firsts.get(project) ??
      get('/stats/first', {project: project || undefined}).then(({first_event_at}) => first_event_at);
  firsts.set(project, asked);
  // Its steps are zeros, then.
  const forget = () => void firsts.delete(project);
  asked.then((firstMs) => firstMs === null && forget(), forget);
  return asked;
}
function useFirst({project}: Place): number | null {
  const [first, setFirst] = useState<{project: string, ms: number | null} | null>(null);
  useEffect(() => void firstOf(project).then((ms) => setFirst({project, ms}), () => undefined), [project]);
  return first?.project === project ? first.ms : null;
}

interface Props {
  place: Place;
  path: string;
  polled: Polled<Series>;
  // Of the range before: its first part, which may be all of it.
  before?: Polled<Series>;
}

export function SeriesCard({place, path, polled, before: begun}: Props) {
  const name: MetricName = path === '/' ? place.metric : 'events';
  const metric = kMetrics[name];
  const source = isOfVisits(name) ? '/stats/overview' : '/stats/timeseries';
  const isAsked = place.isCompared && !(begun && isWholeBefore(place, Date.now()));
  const asked = usePoll<Series>(isAsked ? `${questionOf(place)} ${source}` : null, (signal) =>
      get(source, {...wholeRangeBefore(place, Date.now()), ...stepQuery(place)}, signal));
  const compared = useBeside(polled, isAsked || !begun ? asked : begun);
  const firstMs = useFirst(place);
  const values = useValues(name, polled.data, firstMs);
  const then = useValues(name, compared, firstMs);
  const before = then?.some((n) => n !== null) ? then : null;
  const chart = useChart();
  const isTable = place.chart === 'table' || chart === 'failed';
  const zoom = (span: Span) =>
      go(hrefOf({...place, custom: span, range: customRange(span), step: null}, path));
  return (
    <section class="card series" aria-labelledby="series-title">
      <header class="card-head">
        <h2 id="series-title">{metric.title} over time</h2>
        <p class="legend">
          {before && <span><span class="swatch swatch-before" />Before</span>}
          <span class="legend-step">per {kSteps[stepOf(place)]!.label}</span>
        </p>
        {chart !== 'failed' && (
          <Link class="button-quiet"
                href={hrefOf({...place, chart: isTable ? 'chart' : 'table'}, path)}
                label={isTable ? 'Show the chart' : 'Show the numbers as a table'}>
            <Icon name={isTable ? 'chart' : 'table'} />
          </Link>
        )}
      </header>
      <CardBody polled={polled}>{(series) => {
        // Of the metric before, until the answer is there.
        if (values === null) return <div class="chart-place" role="status" aria-label="Loading" />;
        const shown = {t: series.t, step: series.step, values, before, metric};
        return (
          <>
            <MissingDays days={series.missing_days} />
            {isTable ? <SeriesTable {...shown} /> :
                       <figure role="img" aria-label={describe(place, shown)}>
                         {chart === 'loading' ?
                             <div class="chart-place" /> :
                             <chart.Chart key={place.zone} {...shown} onZoom={zoom} />}
                       </figure>}
          </>
        );
      }}</CardBody>
    </section>
  );
}

// The same array until it says something else: the chart is drawn anew for another one.
const useValues = (name: MetricName, series: Series | null, firstMs: number | null) =>
    useMemo(() => series && valuesOf(name, series, firstMs), [name, series, firstMs]);

export interface Shown {
  t: number[];
  step: number | string;
  values: Values;
  before: Values | null;  // Of the range before, step by step.
  metric: typeof kMetrics[MetricName];
}

// It is loaded while the numbers are asked for; where it does not come, they are shown as a table.
type Loaded = {Chart: typeof ChartType} | 'loading' | 'failed';
function useChart(): Loaded {
  const [chart, setChart] = useState<Loaded>('loading');
  useEffect(() => void import('./chart').then(setChart, () => setChart('failed')), []);
  return chart;
}

function describe(place: Place, {t, step, values, metric}: Shown): string {
  const known = values.filter((n) => n !== null);
  const most = Math.max(0, ...known);
  const at = t[values.indexOf(most)];
  const peak = most > 0 && at !== undefined ?
      `: at most ${metric.text(most)}, at ${format.bucketTime(at, step)}` : '';
  return `Chart of ${metric.title.toLowerCase()} per ${kSteps[stepOf(place)]!.label} in ${
      place.range.title}${peak}. The button before it shows the numbers as a table.`;
}

function SeriesTable({t, step, values, before, metric}: Shown) {
  const text = (n: number | null | undefined) => n == null ? '–' : metric.text(n);
  const rows = t.map((_, index) => t.length - 1 - index);
  return (
    <div class="scroll" tabIndex={0} role="region"
         aria-label={`${metric.title} over time, newest first`}>
      <table class="numbers">
        <thead>
          <tr><th>From</th><th>{metric.title}</th>{before && <th>Before</th>}</tr>
        </thead>
        <tbody>
          {rows.map((i) => (
            <tr key={t[i]}>
              <td>{format.bucketTime(t[i]!, step)}</td>
              <td>{text(values[i])}</td>
              {before && <td>{text(before[i])}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
