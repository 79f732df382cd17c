import assert from 'node:assert/strict';
import {test} from 'node:test';

import {customRange, kCalendarRanges, spanBefore, spanOf, stepsFor} from './ranges';

const at = (text: string) => new Date(text).getTime();
const kNow = at('2026-03-31T10:20:00Z');
const range = (name: string) => kCalendarRanges.find((one) => one.name === name)!;

function check(name: string, step: string, span: string[], before: string[]) {
  const found = spanOf(range(name), step, 'utc', kNow);
  assert.deepEqual(found, {fromMs: at(span[0]!), toMs: at(span[1]!)}, name);
  const compared = spanBefore(range(name), found, 'utc', kNow);
  assert.equal(compared.fromMs, at(before[0]!), name);
  const shorterMs = at(before[1]!) - compared.toMs;
  assert.ok(shorterMs >= 0 && shorterMs < range(name).seconds, `${name}: ${shorterMs}`);
}

test('ranges of the calendar begin with its days and months', () => {
  check('today', '15m', ['2026-03-31T00:00Z', '2026-03-31T10:30Z'],
        ['2026-03-30T00:00Z', '2026-03-30T10:20Z']);
  check('yesterday', '1h', ['2026-03-30T00:00Z', '2026-03-31T00:00Z'],
        ['2026-03-29T00:00Z', '2026-03-30T00:00Z']);
  // February had fewer days than March has had until now.
  check('month', 'day', ['2026-03-01T00:00Z', '2026-03-31T11:00Z'],
        ['2026-02-01T00:00Z', '2026-03-01T00:00Z']);
  check('12mo', 'month', ['2025-04-01T00:00Z', '2026-03-31T11:00Z'],
        ['2024-04-01T00:00Z', '2025-03-31T10:20Z']);
});

test('a chart has steps that one can see', () => {
  assert.deepEqual(stepsFor(900), ['1m', '5m', '15m']);
  assert.ok(!stepsFor(30 * 86_400).includes('15m'));
  assert.ok(stepsFor(366 * 86_400).includes('month'));
  assert.equal(customRange({fromMs: 0, toMs: 2 * 86_400_000}).step, '15m');
  assert.equal(customRange({fromMs: 0, toMs: 60_000}).step, '1m');
});
