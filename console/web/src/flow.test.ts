import assert from 'node:assert/strict';
import {test} from 'node:test';

import type {Counts, Programs} from 'model';

import {flowOf} from './flow';

function reading(time: number, counts: Partial<Counts>): Programs {
  const none: Counts = {
    received: null, queued: null, spooled: null, rejected: null, refused: null, connections: null,
    stored: null, duplicates: null, dead: null,
    answers: [], dropped: [], marked: [], unknown_keys: [],
  };
  return {time, programs: [], counts: {...none, ...counts}};
}

test('a rate is between two readings', () => {
  const flow = flowOf(reading(0, {received: 10, dead: 2}), reading(5_000, {received: 60, dead: 2}));
  assert.equal(flow.received, 10);
  assert.equal(flow.dead, 0);
  assert.equal(flow.stored, null);
});

test('of one reading, and behind a restart, there is none', () => {
  assert.equal(flowOf(null, reading(0, {received: 10})).received, null);
  assert.equal(flowOf(reading(0, {received: 10}), reading(5_000, {received: 3})).received, null);
  assert.equal(flowOf(reading(0, {received: 1}), reading(0, {received: 3})).received, null);
});
