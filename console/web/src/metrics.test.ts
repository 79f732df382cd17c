import assert from 'node:assert/strict';
import {test} from 'node:test';

import {isMetric, kMetrics, valuesOf} from './metrics';

const span = {from: 0, to: 180, step: 60, t: [0, 60, 120], missing_days: []};
const events = {...span, events: [0, 4, 2], visitors: [0, 2, 1]};
const visits = {...span, visits: [0, 4, 1], bounces: [0, 1, 1], seconds: [0, 90, 0]};

test('each metric is read out of its series', () => {
  assert.deepEqual(valuesOf('events', events, null), [0, 4, 2]);
  assert.deepEqual(valuesOf('visitors', events, null), [0, 2, 1]);
  assert.deepEqual(valuesOf('visits', visits, null), [0, 4, 1]);
  assert.deepEqual(valuesOf('bounces', visits, null), [null, 25, 100]);
  assert.deepEqual(valuesOf('duration', visits, null), [null, 22.5, 0]);
  assert.equal(valuesOf('visits', events, null), null);
  assert.equal(valuesOf('events', visits, null), null);
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
