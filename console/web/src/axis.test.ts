import assert from 'node:assert/strict';
import {test} from 'node:test';

import {splitsOf} from './axis';

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
