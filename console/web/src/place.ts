// Where one is: everything that is shown is said by the address, so that it can be kept, shared and
// gone back to.
import {useEffect, useState} from 'preact/hooks';

import {type Dimension, kDimensions} from './dimensions';

export interface Range {
  name: string;
  title: string;  // For the chart: "the last hour".
  seconds: number;
  stepS: number;  // Of its chart.
}

export const kRanges: Range[] = [
  {name: '15m', title: 'the last 15 minutes', seconds: 900, stepS: 60},
  {name: '1h', title: 'the last hour', seconds: 3600, stepS: 60},
  {name: '24h', title: 'the last 24 hours', seconds: 86_400, stepS: 900},
  {name: '7d', title: 'the last 7 days', seconds: 7 * 86_400, stepS: 3600},
  {name: '30d', title: 'the last 30 days', seconds: 30 * 86_400, stepS: 21_600},
];
const kDefaultRange = kRanges[2] as Range;

export interface Filter {
  dimension: Dimension;
  value: string;
}

export interface Place {
  range: Range;
  filters: Filter[];
  eventId: string | null;  // Shown in full.
  chart: 'chart' | 'table';
  tabs: Record<string, Dimension>;  // Which list each card shows, where it is not the first.
}

const kTabPrefix = 'list-';

export function readPlace(search: string): Place {
  const params = new URLSearchParams(search);
  const filters: Filter[] = [];
  for (const dimension of kDimensions) {
    const value = params.get(dimension);
    if (value !== null) filters.push({dimension, value});
  }
  const tabs: Record<string, Dimension> = {};
  for (const [name, value] of params) {
    if (name.startsWith(kTabPrefix) && isDimension(value)) {
      tabs[name.slice(kTabPrefix.length)] = value;
    }
  }
  return {
    range: kRanges.find((range) => range.name === params.get('range')) ?? kDefaultRange,
    filters,
    eventId: params.get('event'),
    chart: params.get('chart') === 'table' ? 'table' : 'chart',
    tabs,
  };
}

function isDimension(text: string): text is Dimension {
  return (kDimensions as readonly string[]).includes(text);
}

// The address of a place; what is as by default is left out. `path` is the page's.
export function hrefOf(place: Place, path = '/'): string {
  const params = new URLSearchParams();
  if (place.range !== kDefaultRange) params.set('range', place.range.name);
  for (const {dimension, value} of place.filters) params.set(dimension, value);
  if (place.chart !== 'chart') params.set('chart', place.chart);
  for (const [card, dimension] of Object.entries(place.tabs)) {
    params.set(kTabPrefix + card, dimension);
  }
  if (place.eventId !== null) params.set('event', place.eventId);
  const text = params.toString();
  return text === '' ? path : `${path}?${text}`;
}

export function withFilter(place: Place, dimension: Dimension, value: string): Place {
  const others = place.filters.filter((filter) => filter.dimension !== dimension);
  return {...place, filters: [...others, {dimension, value}], eventId: null};
}

export function withoutFilter(place: Place, dimension: Dimension): Place {
  return {...place, filters: place.filters.filter((filter) => filter.dimension !== dimension)};
}

// For the API: the range and the filters. It begins with a whole step, since a part of one would look
// like a fall, and ends with the step that is not over yet, so that the question stays the same for
// as long, and its answer too where nothing was stored.
export function queryOf(place: Place, nowMs: number): string {
  const {seconds, stepS} = place.range;
  const start = startOf(place, nowMs);
  return queryOfTimes(place, start * 1000, (start + seconds + stepS) * 1000);
}

// The range before it, up to the same point of it as the range has come to.
export function queryBefore(place: Place, nowMs: number): string {
  const {seconds} = place.range;
  return queryOfTimes(
      place, (startOf(place, nowMs) - seconds) * 1000, nowMs - seconds * 1000);
}

// In seconds.
function startOf({range: {seconds, stepS}}: Place, nowMs: number): number {
  return Math.floor((nowMs / 1000 - seconds) / stepS) * stepS;
}

function queryOfTimes(place: Place, fromMs: number, toMs: number): string {
  const params = new URLSearchParams({from: String(fromMs), to: String(toMs)});
  for (const {dimension, value} of place.filters) params.set(dimension, value);
  return params.toString();
}

// What of a place is asked for: the open event and how a card shows its data change nothing.
export function questionOf(place: Place): string {
  return hrefOf({...place, eventId: null, chart: 'chart', tabs: {}});
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
export const usePlace = () => readPlace(useLocation('search'));
