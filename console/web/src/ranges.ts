// The time ranges that one can choose, and the times that they are just now.
import {startOfDay, startOfMonth, type Zone} from './zone';

export interface Range {
  name: string;
  label: string;  // In lists of ranges.
  title: string;  // In sentences: "the last hour".
  seconds: number;  // So long; of a calendar's, about.
  step: string;     // Of its chart, where none is chosen.
}

const kDayS = 86_400;

export const kRanges: Range[] = [
  {name: '15m', label: '15m', title: 'the last 15 minutes', seconds: 900, step: '1m'},
  {name: '1h', label: '1h', title: 'the last hour', seconds: 3600, step: '1m'},
  {name: '24h', label: '24h', title: 'the last 24 hours', seconds: kDayS, step: '15m'},
  {name: '7d', label: '7d', title: 'the last 7 days', seconds: 7 * kDayS, step: '1h'},
  {name: '30d', label: '30d', title: 'the last 30 days', seconds: 30 * kDayS, step: '6h'},
];
export const kCalendarRanges: Range[] = [
  {name: 'today', label: 'Today', title: 'today', seconds: kDayS, step: '15m'},
  {name: 'yesterday', label: 'Yesterday', title: 'yesterday', seconds: kDayS, step: '15m'},
  {name: 'month', label: 'This month', title: 'this month', seconds: 31 * kDayS, step: 'day'},
  {name: '12mo', label: '12 months', title: 'the last 12 months', seconds: 366 * kDayS,
   step: 'week'},
];
export const kDefaultRange = kRanges[2] as Range;

export interface Span {
  fromMs: number;
  toMs: number;
}

// What steps a chart may have, and their seconds; those of the calendar are its zone's.
export const kSteps: Record<string, {label: string, seconds: number}> = {
  '1m': {label: 'minute', seconds: 60},
  '5m': {label: '5 minutes', seconds: 300},
  '15m': {label: '15 minutes', seconds: 900},
  '1h': {label: 'hour', seconds: 3600},
  '6h': {label: '6 hours', seconds: 21_600},
  'day': {label: 'day', seconds: kDayS},
  'week': {label: 'week', seconds: 7 * kDayS},
  'month': {label: 'month', seconds: 30 * kDayS},
};

const kPointsMax = 500;

export function stepsFor(seconds: number): string[] {
  return Object.keys(kSteps).filter((name) => {
    const points = seconds / kSteps[name]!.seconds;
    return points <= kPointsMax && points >= 1;
  });
}

// One from the address, of a length of its own.
export function customRange(span: Span): Range {
  const seconds = Math.max(60, Math.round((span.toMs - span.fromMs) / 1000));
  const step = stepsFor(seconds).find((name) => seconds / kSteps[name]!.seconds <= 200) ?? 'month';
  return {name: 'custom', label: 'Custom', title: 'the chosen range', seconds, step};
}

const floorTo = (ms: number, stepMs: number) => Math.floor(ms / stepMs) * stepMs;

// The moment behind the step that is under way: until then a question stays the same, and so does
// its answer where nothing is stored.
const endOfStep = (nowMs: number, step: string) => {
  const stepMs = Math.min(kSteps[step]!.seconds, 3600) * 1000;
  return floorTo(nowMs, stepMs) + stepMs;
};

// Of a range that is no custom one. Those of a length begin with a whole step, since a part of one
// would look like a fall.
export function spanOf(range: Range, step: string, zone: Zone, nowMs: number): Span {
  const toMs = endOfStep(nowMs, step);
  switch (range.name) {
    case 'today':
      return {fromMs: startOfDay(nowMs, zone), toMs};
    case 'yesterday':
      return {fromMs: startOfDay(nowMs, zone, -1), toMs: startOfDay(nowMs, zone)};
    case 'month':
      return {fromMs: startOfMonth(nowMs, zone), toMs};
    case '12mo':
      return {fromMs: startOfMonth(nowMs, zone, -11), toMs};
  }
  const stepMs = kSteps[step]!.seconds * 1000;
  const fromMs = stepMs < kDayS * 1000 ? floorTo(nowMs - range.seconds * 1000, stepMs) :
                                         startOfDay(nowMs - range.seconds * 1000, zone);
  return {fromMs, toMs};
}

// Of a range, by which what it is compared with grows: the same question for a while, to which the
// console says that nothing has changed. It is less than a number's last digit shows.
const kGrains = 2_000;

// What it is compared with: as much of the range before as the range has had until now.
export function spanBefore(range: Range, span: Span, zone: Zone, nowMs: number): Span {
  const grainMs = Math.max(1_000, range.seconds * 1_000 / kGrains);
  const hadMs = nowMs < span.toMs ? floorTo(nowMs - span.fromMs, grainMs) :
                                    span.toMs - span.fromMs;
  const fromMs = range.name === 'today' || range.name === 'yesterday' ?
      startOfDay(span.fromMs, zone, -1) :
      range.name === 'month' ? startOfMonth(span.fromMs, zone, -1) :
      range.name === '12mo'  ? startOfMonth(span.fromMs, zone, -12) :
      range.name === 'custom' ? span.fromMs - (span.toMs - span.fromMs) :
                                span.fromMs - range.seconds * 1000;
  // The month before may be shorter.
  const endMs = range.name === 'month' ? span.fromMs : Infinity;
  return {fromMs, toMs: Math.min(fromMs + hadMs, endMs)};
}
