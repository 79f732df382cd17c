import assert from 'node:assert/strict';
import {test} from 'node:test';

import {besideOf} from './beside';

const kOld = {isOld: true};
const kNew = {isOld: false};

test('an earlier answer keeps what stood beside it', () => {
  assert.equal(besideOf(kOld, {data: 2, isOld: false}, 1), 1);
  assert.equal(besideOf(kOld, {data: 2, isOld: true}, 1), 1);
  assert.equal(besideOf(kOld, {data: 2, isOld: false}, null), null);
});

test('a new answer has nothing beside it until that is new too', () => {
  assert.equal(besideOf(kNew, {data: 1, isOld: true}, 1), null);
  assert.equal(besideOf(kNew, {data: null, isOld: false}, 1), null);
  assert.equal(besideOf(kNew, {data: 2, isOld: false}, 1), 2);
});
