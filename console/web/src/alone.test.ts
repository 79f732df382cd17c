import assert from 'node:assert/strict';
import {test} from 'node:test';

import {alone} from './alone';

test('a value between two gaps, or a gap and an end, stands alone', () => {
  assert.deepEqual(alone([null, 3, null, 4, 5, null, 0]), [1, 6]);
  assert.deepEqual(alone([7]), [0]);
  assert.deepEqual(alone([1, 2]), []);
  assert.deepEqual(alone([]), []);
});
