// What the overview's chart can show, one at a time: the tile of it chooses. Where a step has no value,
// as a bounce rate without visits, it is null, and so is all before the first event there is.
import type {Overview, Timeseries} from 'model';

import type {Unit} from './axis';
import * as format from './format';

// Of the events page the shorter one.
export type Series = Timeseries | Overview;
export type Values = (number | null)[];

interface Metric {
  title: string;
  unit: Unit;
  text: (n: number) => string;
}

const counted = (title: string): Metric => ({title, unit: 'count', text: format.count});
export const kMetrics = {
  events: counted('Events'),
  visitors: counted('Visitors'),
  visits: counted('Visits'),
  bounces: {title: 'Bounce rate', unit: 'percent', text: (n) => format.share(n, 100)},
  duration: {title: 'Visit duration', unit: 'seconds', text: format.clockDuration},
} satisfies Record<string, Metric>;
export type MetricName = keyof typeof kMetrics;

export const isMetric = (name: string | null): name is MetricName =>
    name !== null && Object.hasOwn(kMetrics, name);

export const isOfVisits = (name: MetricName) => name !== 'events' && name !== 'visitors';

// Null where the series does not have the metric.
export function valuesOf(name: MetricName, series: Series, firstMs: number | null): Values | null {
  const values = plainValuesOf(name, series);
  if (values === null || firstMs === null) return values;
  // A step is over where the next one begins.
  const isKnown = (i: number) => (series.t[i + 1] ?? series.to) * 1000 > firstMs;
  return values.map((value, i) => isKnown(i) ? value : null);
}

function plainValuesOf(name: MetricName, series: Series): Values | null {
  if (!isOfVisits(name)) {
    const values = name === 'events' ? series.events : series.visitors;
    return series.t.map((_, i) => values[i] ?? null);
  }
  if (!('visits' in series)) return null;
  const {visits, bounces, seconds} = series;
  const perVisit = (sums: number[], by: number) =>
      visits.map((n, i) => n === 0 ? null : sums[i]! * by / n);
  return name === 'visits' ? visits :
      name === 'bounces'   ? perVisit(bounces, 100) :
                             perVisit(seconds, 1);
}
