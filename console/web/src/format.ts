// Numbers, times and sizes for people, in the browser's language.
import {offsetMinutes, zoned} from './zone';

const whole = new Intl.NumberFormat();
const short = new Intl.NumberFormat(undefined, {notation: 'compact', maximumFractionDigits: 2});
const percent = new Intl.NumberFormat(undefined, {style: 'percent', maximumFractionDigits: 1});
const clock =
    zoned({hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23'});
const dayAndClock = zoned({
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const bucket = zoned({
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const bucketDay = zoned({weekday: 'short', day: 'numeric', month: 'short'});
const bucketMonth = zoned({month: 'long', year: 'numeric'});

export const count = (n: number) => whole.format(n);

// Few characters for a tile: all digits up to a million, then "1.23M".
export const tile = (n: number) => n < 1_000_000 ? whole.format(n) : short.format(n);

export const axis = (n: number) => n < 10_000 ? whole.format(n) : short.format(n);

const rates = new Intl.NumberFormat(undefined, {maximumFractionDigits: 1});
export const rate = (perSecond: number) => `${rates.format(perSecond)}/s`;

export const share = (part: number, all: number) => percent.format(all > 0 ? part / all : 0);

// Whether another moment has the same time on the clock: the hour that is there twice on the day
// when clocks go back.
function isTwice(ms: number): boolean {
  const own = offsetMinutes(ms);
  return [-3, 3].some((hours) => {
    const other = offsetMinutes(ms + hours * 3_600_000);
    return other !== own && offsetMinutes(ms + (own - other) * 60_000) === other;
  });
}

function offsetText(ms: number): string {
  const minutes = offsetMinutes(ms);
  const rest = Math.abs(minutes) % 60;
  return `UTC${minutes < 0 ? '−' : '+'}${Math.floor(Math.abs(minutes) / 60)}` +
      (rest === 0 ? '' : `:${rest}`);
}

// A time on the clock, with its offset where the clock alone does not say which it is.
export const told = (text: string, ms: number) => isTwice(ms) ? `${text} ${offsetText(ms)}` : text;

export function time(ms: number, nowMs: number): string {
  return told(nowMs - ms < 12 * 3_600_000 ? clock().format(ms) : dayAndClock().format(ms), ms);
}

// Of many times below each other: all of them with the day.
export const listTime = (ms: number) => told(dayAndClock().format(ms), ms);

export const fullTime = (ms: number) => new Date(ms).toISOString();

// The start of a step: seconds, or one of the calendar.
export function bucketTime(seconds: number, step: number | string): string {
  const ms = seconds * 1000;
  if (step === 'month') return bucketMonth().format(ms);
  if (typeof step === 'string' || step % 86_400 === 0) return bucketDay().format(ms);
  return told(bucket().format(ms), ms);
}

// "4 s", "12 min", "3 h", "5 d": one unit, rounded down.
export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 2 * 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

export const kClockUnits: [number, string][] = [[3600, 'h'], [60, 'min'], [1, 's']];

// "4 s", "3 min 20 s", "1 h 5 min".
export function clockDuration(seconds: number): string {
  const first = kClockUnits.findIndex(([unit]) => seconds >= unit);
  const [unit, name] = kClockUnits[first] ?? [1, 's'];
  const whole = `${Math.floor(seconds / unit)} ${name}`;
  const next = kClockUnits[first + 1];
  const rest = next ? Math.floor(seconds % unit / next[0]) : 0;
  return rest === 0 ? whole : `${whole} ${rest} ${next![1]}`;
}

export function bytes(n: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  while (n >= 1024 && unit + 1 < units.length) {
    n /= 1024;
    ++unit;
  }
  return `${n >= 100 || unit === 0 ? Math.round(n) : n.toFixed(1)} ${units[unit]}`;
}

export interface Change {
  text: string;
  direction: 'up' | 'down' | 'same';
}

// Against the range before; null where there is nothing to compare with.
export function change(now: number, before: number): Change | null {
  if (before === 0) return null;
  const ratio = now / before - 1;
  if (Math.abs(ratio) < 0.0005) return {text: 'no change', direction: 'same'};
  // A number of percent with five digits says nothing that "20×" does not say better.
  const text = ratio >= 9.995 ? `${short.format(now / before)}×` : percent.format(Math.abs(ratio));
  return {text, direction: ratio > 0 ? 'up' : 'down'};
}

const regions = new Intl.DisplayNames(undefined, {type: 'region', fallback: 'code'});

export function country(code: string): string {
  return /^[A-Z]{2}$/.test(code) ? regions.of(code) ?? code : code;
}

// What strangers sent, with dots for what cannot be seen: controls, and what turns the direction of
// text, by which one name looks like another.
export const kUnseen = new RegExp(
    '[\\p{Cc}\\u00ad\\u061c\\u115f\\u1160\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e' +
    '\\u2060-\\u206f\\u3164\\ufeff\\u{e0000}-\\u{e007f}]', 'gu');
export const visible = (text: string) => text.replace(kUnseen, '·');

// A value of a dimension as it is shown; what is empty has a name, too.
export function dimensionValue(dimension: string, value: string): string {
  if (value === '') return dimension === 'referrer' ? 'Direct' : '(none)';
  if (dimension === 'country') return country(value);
  if (dimension === 'device') return value.charAt(0).toUpperCase() + value.slice(1);
  return visible(value);
}

// The beginning of a message that may be anything, on one line. Control characters and those that
// turn the direction of text are shown as dots.
export function messageStart(base64: string): string {
  const kChars = 160;  // A multiple of four.
  const bytes = Uint8Array.from(atob(base64.slice(0, kChars)), (c) => c.charCodeAt(0));
  const text = new TextDecoder().decode(bytes);
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '·');
}

// What the console says of a failure, as a sentence.
export function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : capital + '.';
}
