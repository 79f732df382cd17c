import assert from 'node:assert/strict';
import {test} from 'node:test';

import {holdsStill, pauseMs, setChanges} from './poll';

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

test('what is stored is asked for again once it has changed, or a minute later', () => {
  let isFollowed = true;
  setChanges({isFollowed: () => isFollowed, changedAtMs: () => 1_000});
  assert.equal(holdsStill(2_000, 7_000), true);
  assert.equal(holdsStill(1_000, 7_000), false);
  assert.equal(holdsStill(500, 7_000), false);
  assert.equal(holdsStill(2_000, 62_000), false);
  isFollowed = false;
  assert.equal(holdsStill(2_000, 7_000), false);
  setChanges(null);
  assert.equal(holdsStill(2_000, 7_000), false);
});
