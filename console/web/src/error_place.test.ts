import assert from 'node:assert/strict';
import {test} from 'node:test';

import {errorQuery, hrefOfErrors, readErrorPlace} from './error_place';
import {readPlace} from './place';

test('an address of the list is read and written the same', () => {
  const search = '?state=muted&search=a%26b&assignee=ada%40x&sort=count&project=shop&range=7d';
  const place = readErrorPlace('/errors', search);
  assert.deepEqual(place, {
    id: null, sample: '', tab: 'muted', search: 'a&b', assignee: 'ada@x', sort: 'count',
  });
  assert.equal(hrefOfErrors(readPlace(search), place), '/errors' + search);
  assert.deepEqual(errorQuery(place),
                   {state: 'muted', sort: 'count', search: 'a&b', assignee: 'ada@x'});
});

test('an address of a group keeps where one came from', () => {
  const place = readErrorPlace('/errors/12', '?state=all&sample=ab');
  assert.equal(place.id, 12);
  assert.equal(place.sample, 'ab');
  assert.equal(hrefOfErrors(readPlace(''), place), '/errors/12?state=all&sample=ab');
  assert.equal(hrefOfErrors(readPlace(''), {...place, id: null}), '/errors?state=all');
});

test('what is unknown is passed over', () => {
  const place = readErrorPlace('/errors/x', '?state=gone&sort=size&project=shop');
  assert.equal(hrefOfErrors(readPlace(''), place), '/errors');
  assert.equal(readErrorPlace('/errors/0', '').id, null);
});
