import assert from 'node:assert/strict';
import {test} from 'node:test';

import type {OverviewTotals} from 'model';

import {isMetric, kMetrics, valuesOf} from './metrics';

const span = {from: 0, to: 180, step: 60, t: [0, 60, 120], missing_days: []};
const events = {...span, events: [0, 4, 2], visitors: [0, 2, 1]};
const totals: OverviewTotals = {
  events: 6, visitors: 2, bots: 0, newest_received_at: 1, bots_left_out: 0, visits: 5, bounces: 2, seconds: 90,
  average_seconds: 18,
};
const visits = {...events, visits: [0, 4, 1], bounces: [0, 1, 1], seconds: [0, 90, 0], totals};

test('each metric is read out of its series', () => {
  assert.deepEqual(valuesOf('events', events, null), [0, 4, 2]);
  assert.deepEqual(valuesOf('visitors', events, null), [0, 2, 1]);
  assert.deepEqual(valuesOf('visits', visits, null), [0, 4, 1]);
  assert.deepEqual(valuesOf('bounces', visits, null), [null, 25, 100]);
  assert.deepEqual(valuesOf('duration', visits, null), [null, 22.5, 0]);
  assert.equal(valuesOf('visits', events, null), null);
  assert.deepEqual(valuesOf('events', visits, null), [0, 4, 2]);
});

test('visitors that are not counted are not zero', () => {
  assert.deepEqual(valuesOf('visitors', {...events, visitors: []}, null), [null, null, null]);
});

test('before the first event nothing is known', () => {
  assert.deepEqual(valuesOf('events', events, 59_999), [0, 4, 2]);
  assert.deepEqual(valuesOf('events', events, 60_000), [null, 4, 2]);
  assert.deepEqual(valuesOf('visits', visits, 170_000), [null, null, 1]);
  assert.deepEqual(valuesOf('visits', visits, 180_000), [null, null, null]);
});

test('values are told as their tile tells them', () => {
  assert.equal(kMetrics.bounces.text(25), '25%');
  assert.equal(kMetrics.duration.text(22.5), '22 s');
  assert.ok(isMetric('visits') && !isMetric('toString') && !isMetric(null));
});
