import assert from 'node:assert/strict';
import {test} from 'node:test';

import {Kept} from './kept';

test('an answer is kept with its tag', () => {
  const kept = new Kept<number>(2);
  kept.put('/a', 'W/"1"', 1);
  assert.deepEqual(kept.find('/a'), {tag: 'W/"1"', answer: 1});
  kept.put('/a', 'W/"2"', 2);
  assert.deepEqual(kept.find('/a'), {tag: 'W/"2"', answer: 2});
  assert.equal(kept.find('/b'), undefined);
});

test('an answer without a tag takes the place of the one before', () => {
  const kept = new Kept<number>(2);
  kept.put('/a', '"1"', 1);
  kept.put('/a', null, 2);
  assert.equal(kept.find('/a'), undefined);
});

test('what was asked for longest ago goes first', () => {
  const kept = new Kept<number>(2);
  kept.put('/a', '"1"', 1);
  kept.put('/b', '"1"', 2);
  kept.find('/a');
  kept.put('/c', '"1"', 3);
  assert.equal(kept.find('/b'), undefined);
  assert.equal(kept.find('/a')?.answer, 1);
  assert.equal(kept.find('/c')?.answer, 3);
  kept.clear();
  assert.equal(kept.find('/a'), undefined);
});
