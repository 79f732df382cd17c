// Whose clock times and days are shown by: the viewer's, or UTC. The address says it, and place.ts
// sets it here before anything is shown.

export type Zone = 'local' | 'utc';

let current: Zone = 'local';
const forget: (() => void)[] = [];

export function setZone(zone: Zone): void {
  if (zone === current) return;
  current = zone;
  for (const each of forget) each();
}

// Looking it up takes most of a millisecond: it is done once a minute, and where the clock of a person
// who travels is another one.
let local = {name: '', seenAt: ''};
function localName(): string {
  const now = new Date();
  const seenAt = `${now.getTimezoneOffset()} ${Math.floor(now.getTime() / 60_000)}`;
  if (seenAt !== local.seenAt) {
    local = {name: Intl.DateTimeFormat().resolvedOptions().timeZone, seenAt};
  }
  return local.name;
}

// For the API, and for Intl.
export const zoneName = (zone: Zone = current) => zone === 'utc' ? 'UTC' : localName();

// A formatter of the zone's times, made when it is first wanted.
export function zoned(options: Intl.DateTimeFormatOptions): () => Intl.DateTimeFormat {
  let made: Intl.DateTimeFormat | null = null;
  forget.push(() => made = null);
  return () => made ??= new Intl.DateTimeFormat(
             undefined, current === 'utc' ? {...options, timeZone: 'UTC'} : options);
}

// Minutes that the zone's clock is ahead of UTC.
export const offsetMinutes = (ms: number) =>
    current === 'utc' ? 0 : -new Date(ms).getTimezoneOffset();

// The moment when the day, the month or a month before it began.
export function startOfDay(ms: number, zone: Zone, days = 0): number {
  const date = new Date(ms);
  return zone === 'utc' ?
      Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + days) :
      new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime();
}

export function startOfMonth(ms: number, zone: Zone, months = 0): number {
  const date = new Date(ms);
  return zone === 'utc' ? Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months) :
                          new Date(date.getFullYear(), date.getMonth() + months).getTime();
}

export function isMidnight(ms: number): boolean {
  return startOfDay(ms, current) === ms;
}
