import assert from 'node:assert/strict';
import {test} from 'node:test';

import {pauseMs} from './poll';

test('what fails is asked for less often', () => {
  assert.equal(pauseMs(0, null), 5_000);
  assert.equal(pauseMs(1, null), 10_000);
  assert.equal(pauseMs(3, null), 40_000);
  assert.equal(pauseMs(30, null), 60_000);
});

test('the console may ask for a longer pause, within reason', () => {
  assert.equal(pauseMs(1, 30), 30_000);
  assert.equal(pauseMs(1, 2), 10_000);
  assert.equal(pauseMs(1, 86_400), 60_000);
});
