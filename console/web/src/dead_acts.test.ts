import assert from 'node:assert/strict';
import {test} from 'node:test';

import type {DeadLetter} from 'model';
import {countOf, type Done, tell} from './dead_acts';

const done = (verb: 'retried'|'deleted', count: number, gone: number): Done =>
    ({verb, count, gone, atMs: 1, chosen: {kind: 'all', reason: '', search: '', count}});

test('what was done is told with what had gone and what is back', () => {
  assert.equal(tell(done('retried', 12, 1), 3), '12 retried, 1 had gone; 3 are back.');
  assert.equal(tell(done('retried', 1, 0), 1), '1 retried; 1 is back.');
  assert.equal(tell(done('retried', 2, 0), 0), '2 retried.');
  assert.equal(tell(done('retried', 2, 0), null), '2 retried.');
  assert.equal(tell(done('deleted', 2, 1), 5), '2 deleted, 1 had gone.');
});

test('chosen ones are counted', () => {
  assert.equal(countOf({kind: 'all', reason: '', search: '', count: 7}), 7);
  assert.equal(countOf({kind: 'some', letters: [{} as DeadLetter]}), 1);
});
