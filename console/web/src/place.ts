// Where one is: everything that is shown is said by the address, so that it can be kept, shared and
// gone back to.
import {useEffect, useMemo, useState} from 'preact/hooks';

import {type Filter, isName, isSame, readFilter, textOf} from './filters';
import {isListName} from './lists';
import {isMetric, type MetricName} from './metrics';
import {
  customRange, kCalendarRanges, kDefaultRange, kRanges, kSteps, type Range, type Span, spanBefore,
  spanOf, stepsFor,
} from './ranges';
import {openProject, roleIn, type Standing} from './rights';
import {setZone, type Zone, zoneName} from './zone';

export type Bots = '0' | '1' | 'only';

export interface Place {
  project: string;  // '' for all.
  range: Range;
  custom: Span | null;  // The times of a range that is none of the list.
  step: string | null;  // Where another than the range's is chosen.
  zone: Zone;
  bots: Bots;
  isCompared: boolean;
  filters: Filter[];
  eventId: string | null;  // Shown in full.
  chart: 'chart' | 'table';
  metric: MetricName;  // What the chart shows.
  tabs: Record<string, string>;  // Which list each card shows, where it is not the first.
  unread: string[];  // What the address says that is left out, since it is not understood.
}

const kTabPrefix = 'list-';
const kNamedRanges = [...kRanges, ...kCalendarRanges];

export function readPlace(search: string): Place {
  const params = new URLSearchParams(search);
  const tabs: Record<string, string> = {};
  for (const [name, value] of params) {
    if (name.startsWith(kTabPrefix) && isListName(value)) {
      tabs[name.slice(kTabPrefix.length)] = value;
    }
  }
  const custom = readSpan(params);
  const named = kNamedRanges.find((one) => one.name === params.get('range'));
  const range = custom ? customRange(custom) : named ?? kDefaultRange;
  const step = params.get('step');
  const bots = params.get('bots');
  const metric = params.get('metric');
  const place: Place = {
    project: openProject(params.get('project') ?? ''),
    range,
    custom,
    step: step !== null && stepsFor(range.seconds).includes(step) ? step : null,
    zone: params.get('tz') === 'utc' ? 'utc' : 'local',
    bots: bots === '1' || bots === 'only' ? bots : '0',
    isCompared: params.get('compare') !== 'off',
    filters: readFilters(params),
    eventId: params.get('event'),
    chart: params.get('chart') === 'table' ? 'table' : 'chart',
    metric: isMetric(metric) ? metric : 'events',
    tabs,
    unread: [...params].filter(([name, value]) => !isRead(name, value, custom !== null))
                .map((pair) => pair.join('=')),
  };
  return place;
}

// What would change the numbers; other names may be anybody's.
function isRead(name: string, value: string, hasSpan: boolean): boolean {
  switch (name) {
    case 'range': return kNamedRanges.some((one) => one.name === value);
    case 'from':
    case 'to': return hasSpan;
    case 'step': return Object.hasOwn(kSteps, value);
    case 'tz': return ['utc', 'local'].includes(value);
    case 'bots': return ['0', '1', 'only'].includes(value);
    case 'filter': return readFilter(value) !== null;
  }
  return true;
}

function readSpan(params: URLSearchParams): Span | null {
  const [fromMs, toMs] = ['from', 'to'].map((name) => Number(params.get(name) ?? NaN) * 1000);
  return fromMs! >= 0 && fromMs! < toMs! ? {fromMs: fromMs!, toMs: toMs!} : null;
}

// "path=/a" says what "filter=path=/a" does, in fewer characters.
function readFilters(params: URLSearchParams): Filter[] {
  const filters: Filter[] = [];
  for (const [name, value] of params) {
    const filter = name === 'filter' ? readFilter(value) :
        name !== 'project' && isName(name) ? {name, sign: '=' as const, value} :
                                             null;
    if (filter && !filters.some((one) => isSame(one, filter))) filters.push(filter);
  }
  return filters;
}

// The address of a place; what is as by default is left out. `path` is the page's, also with
// parameters of its own.
export function hrefOf(place: Place, path = '/'): string {
  const params = new URLSearchParams();
  if (place.project !== '') params.set('project', place.project);
  if (place.custom) {
    params.set('from', String(place.custom.fromMs / 1000));
    params.set('to', String(place.custom.toMs / 1000));
  } else if (place.range !== kDefaultRange) {
    params.set('range', place.range.name);
  }
  if (place.step !== null && stepsFor(place.range.seconds).includes(place.step)) {
    params.set('step', place.step);
  }
  if (place.zone !== 'local') params.set('tz', place.zone);
  if (place.bots !== '0') params.set('bots', place.bots);
  if (!place.isCompared) params.set('compare', 'off');
  for (const filter of place.filters) {
    if (filter.sign === '=' && filter.name !== 'project') {
      params.append(filter.name, filter.value);
    } else {
      params.append('filter', textOf(filter));
    }
  }
  if (place.chart !== 'chart') params.set('chart', place.chart);
  if (place.metric !== 'events') params.set('metric', place.metric);
  for (const [card, list] of Object.entries(place.tabs)) {
    params.set(kTabPrefix + card, list);
  }
  if (place.eventId !== null) params.set('event', place.eventId);
  const text = params.toString();
  return text === '' ? path : path + (path.includes('?') ? '&' : '?') + text;
}

// A value of a name takes the place of the one before: it is what a list's row says.
export function withFilter(place: Place, name: string, value: string): Place {
  const others =
      place.filters.filter((filter) => filter.name !== name || filter.sign !== '=');
  return {...place, filters: [...others, {name, sign: '=', value}], eventId: null};
}

export function withAddedFilter(place: Place, filter: Filter): Place {
  const others = place.filters.filter((one) => !isSame(one, filter));
  return {...place, filters: [...others, filter]};
}

export function withoutFilter(place: Place, filter: Filter): Place {
  return {...place, filters: place.filters.filter((one) => !isSame(one, filter))};
}

export const withRange = (place: Place, range: Range) => ({...place, range, custom: null});

// What most routes of the API take, as their parameters are named.
export type Conditions = {
  project?: string,
  bots?: Bots,
  filter: string[],
};
export type RangeQuery = Conditions&{from: string, to: string};

// For the API: the filters alone.
export const conditionsOf = (place: Place): Conditions => ({
  ...(place.project !== '' && {project: place.project}),
  ...(place.bots !== '1' && {bots: place.bots}),
  filter: place.filters.map(textOf),
});

export const stepOf = (place: Place) => place.step ?? place.range.step;
export const stepSeconds = (place: Place) => kSteps[stepOf(place)]!.seconds;
// With the zone whose days the steps are.
export const stepQuery = (place: Place) => ({step: stepOf(place), tz: zoneName(place.zone)});

const spanNow = (place: Place, nowMs: number): Span =>
    place.custom ?? spanOf(place.range, stepOf(place), place.zone, nowMs);

// The range and the filters.
export function queryOf(place: Place, nowMs: number): RangeQuery {
  return queryOfSpan(place, spanNow(place, nowMs));
}

// As queryOf(), up to now: of a file, and not of a question that is asked again.
export function queryOfExport(place: Place, nowMs: number): RangeQuery {
  const span = spanNow(place, nowMs);
  return queryOfSpan(place, {...span, toMs: Math.min(span.toMs, nowMs)});
}

// The range before it, up to the same point of it as the range has come to.
export function queryBefore(place: Place, nowMs: number): RangeQuery {
  return queryOfSpan(
      place, spanBefore(place.range, spanNow(place, nowMs), place.zone, nowMs));
}

// All of the range before, to draw it under the range.
export function wholeRangeBefore(place: Place, nowMs: number): RangeQuery {
  const span = spanNow(place, nowMs);
  const {fromMs} = spanBefore(place.range, span, place.zone, nowMs);
  return queryOfSpan(place, {fromMs, toMs: fromMs + (span.toMs - span.fromMs)});
}

// Whether the one is the other.
export const isWholeBefore = (place: Place, nowMs: number): boolean =>
    queryBefore(place, nowMs).to === wholeRangeBefore(place, nowMs).to;

const queryOfSpan = (place: Place, {fromMs, toMs}: Span): RangeQuery =>
    ({...conditionsOf(place), from: String(fromMs), to: String(toMs)});

// What of a place is asked for: the open event and how a card shows its data change nothing.
export function questionOf(place: Place): string {
  return hrefOf({...place, eventId: null, chart: 'chart', metric: 'events', tabs: {}, isCompared: true});
}

export function go(href: string): void {
  if (href === location.pathname + location.search) return;
  history.pushState(null, '', href);
  dispatchEvent(new PopStateEvent('popstate'));
}

function useLocation<K extends 'pathname' | 'search'>(part: K): string {
  const [value, setValue] = useState(location[part]);
  useEffect(() => {
    const read = () => setValue(location[part]);
    addEventListener('popstate', read);
    return () => removeEventListener('popstate', read);
  }, []);
  return value;
}

export const usePath = () => useLocation('pathname');
// The person's, in the project that is shown.
export const useRole = (): Standing => roleIn(readPlace(useLocation('search')).project);
export const useSearch = () => useLocation('search');

// The same object until one is elsewhere.
export function usePlace(): Place {
  const search = useLocation('search');
  const place = useMemo(() => readPlace(search), [search]);
  setZone(place.zone);
  return place;
}
