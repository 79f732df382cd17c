// The day on which clocks go back, in a place where they do.
import assert from 'node:assert/strict';
import {test} from 'node:test';

process.env.TZ = 'Europe/Berlin';
const format = await import('./format');

test('the hour that is there twice is told apart', () => {
  const first = Date.UTC(2026, 9, 25, 0, 0) / 1000;  // 02:00, summer time.
  assert.match(format.bucketTime(first - 3600, 3600), /01:00$/);
  assert.match(format.bucketTime(first, 3600), /02:00 UTC\+2$/);
  assert.match(format.bucketTime(first + 1800, 900), /02:30 UTC\+2$/);
  assert.match(format.bucketTime(first + 3600, 3600), /02:00 UTC\+1$/);
  assert.match(format.bucketTime(first + 5400, 900), /02:30 UTC\+1$/);
  assert.match(format.bucketTime(first + 7200, 3600), /03:00$/);
  assert.match(format.time(first * 1000, first * 1000), /^02:00:00 UTC\+2$/);
  assert.doesNotMatch(format.bucketTime(first, 86_400), /UTC/);
});

test('the hour that is missed, and ordinary ones, need no mark', () => {
  for (const ms of [Date.UTC(2026, 2, 29, 0, 0), Date.UTC(2026, 2, 29, 1, 0),
                    Date.UTC(2026, 6, 1, 12, 0), Date.UTC(2026, 11, 1, 2, 0)]) {
    assert.doesNotMatch(format.bucketTime(ms / 1000, 3600), /UTC/);
  }
});

test('half an hour is told as well', async () => {
  process.env.TZ = 'Australia/Lord_Howe';  // From 11 to 10:30 hours at 02:00.
  const second = Date.UTC(2026, 3, 4, 15, 0);
  assert.match(format.told('01:30', second), /UTC\+10:30$/);
  assert.match(format.told('01:30', second - 1_800_000), /UTC\+11$/);
  process.env.TZ = 'Europe/Berlin';
});
