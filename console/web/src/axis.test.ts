import assert from 'node:assert/strict';
import {test} from 'node:test';

import {splitsOf, textsOf} from './axis';

test('the highest step is at or above the data, and steps are few and round', () => {
  assert.deepEqual(splitsOf(0, 'count'), [0, 1, 2, 3, 4]);
  assert.deepEqual(splitsOf(11, 'count'), [0, 5, 10, 15]);
  assert.deepEqual(splitsOf(100, 'percent'), [0, 20, 40, 60, 80, 100]);
  assert.deepEqual(splitsOf(61, 'seconds'), [0, 15, 30, 45, 60, 75]);
  for (const unit of ['count', 'percent', 'seconds'] as const) {
    for (let most = 1; most < 1e12; most = most * 1.7 + 1) {
      const splits = splitsOf(most, unit);
      assert.ok(splits.at(-1)! >= most && splits.length <= 6, `${most} ${unit}: ${splits}`);
    }
  }
});

test('texts are short, and no two steps have the same', () => {
  const texts = (most: number, unit: 'count' | 'percent' | 'seconds') =>
      textsOf(splitsOf(most, unit), unit);
  assert.deepEqual(texts(75, 'seconds'), ['0 s', '15 s', '30 s', '45 s', '60 s', '75 s']);
  assert.deepEqual(texts(9000, 'seconds'),
                   ['0 min', '30 min', '60 min', '90 min', '120 min', '150 min']);
  assert.deepEqual(texts(3 * 86_400, 'seconds'), ['0 h', '24 h', '48 h', '72 h']);
  assert.deepEqual(texts(123_456_789, 'count'), ['0', '50M', '100M', '150M']);
  assert.deepEqual(texts(31, 'percent'), ['0%', '10%', '20%', '30%', '40%']);
  for (const unit of ['count', 'seconds'] as const) {
    for (let most = 1; most < 1e8; most = most * 1.3 + 1) {
      const all = texts(most, unit);
      assert.ok(all.every((text) => text.length <= 7), `${all}`);
      assert.equal(new Set(all).size, all.length, `${all}`);
    }
  }
});
