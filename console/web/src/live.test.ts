import assert from 'node:assert/strict';
import {test} from 'node:test';

import {ratesOf, type Sample} from './live';

const sample = (atMs: number, left: number, shown: number, isCut = false): Sample =>
    ({atMs, stored: 2 * left, left, shown, isCut});

test('rates are of the last ten seconds', () => {
  const samples = [sample(0, 1_000, 1), sample(15_000, 100, 25), sample(19_000, 50, 25)];
  assert.deepEqual(ratesOf(samples, 20_000), {stored: 30, left: 15, oneOf: 3, isCut: false});
  assert.deepEqual(ratesOf(samples, 60_000), {stored: 0, left: 0, oneOf: 1, isCut: false});
});

test('where too much came they are said to be too low', () => {
  assert.equal(ratesOf([sample(19_000, 4, 4, true)], 20_000).isCut, true);
});
