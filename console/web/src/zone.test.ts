import assert from 'node:assert/strict';
import {test} from 'node:test';

import {isMidnight, setZone, startOfDay, startOfMonth, zoned, zoneName} from './zone';

test('days and months begin by the chosen zone', () => {
  const ms = Date.UTC(2026, 2, 31, 10, 20);
  assert.equal(startOfDay(ms, 'utc'), Date.UTC(2026, 2, 31));
  assert.equal(startOfDay(ms, 'utc', -1), Date.UTC(2026, 2, 30));
  assert.equal(startOfMonth(ms, 'utc', -1), Date.UTC(2026, 1, 1));
  assert.equal(startOfDay(ms, 'local'), new Date(2026, 2, 31).getTime());
});

test('formatters follow the zone', () => {
  const clock = zoned({hour: '2-digit', minute: '2-digit', hourCycle: 'h23'});
  setZone('utc');
  assert.match(clock().format(Date.UTC(2026, 0, 1, 13, 5)), /13:05/);
  assert.equal(zoneName(), 'UTC');
  assert.ok(isMidnight(Date.UTC(2026, 0, 1)));
  setZone('local');
  assert.equal(clock().resolvedOptions().timeZone, zoneName());
});

test('a person who travels is in another zone', () => {
  for (const zone of ['Europe/Berlin', 'America/New_York', 'Europe/Berlin']) {
    process.env.TZ = zone;
    assert.equal(zoneName('local'), zone);
  }
});
