import assert from 'node:assert/strict';
import {test} from 'node:test';

import {deadQuery, hrefOfQueue, readQueuePlace} from './queue_place';

test('an address says what is shown', () => {
  const search = '?tab=dead&reason=Text+that+is+not+JSON&search=a%26b&letter=f12';
  const place = readQueuePlace(search);
  assert.equal(place.tab, 'dead');
  assert.equal(place.reason, 'Text that is not JSON');
  assert.equal(place.letter, 'f12');
  assert.equal(hrefOfQueue(place), '/queue' + search);
  assert.deepEqual(deadQuery(place), {reason: 'Text that is not JSON', search: 'a&b'});
});

test('what is no tab or range is the first one, and leaves no trace', () => {
  assert.equal(hrefOfQueue(readQueuePlace('?tab=none&range=9d&set=x')), '/queue');
  assert.equal(hrefOfQueue(readQueuePlace('?tab=history&range=9d')), '/queue?tab=history');
});

test('another tab keeps nothing of the one before', () => {
  const place = readQueuePlace('?tab=dead&reason=E&letter=f1');
  assert.equal(hrefOfQueue({...place, tab: 'history', range: '7d', isTable: true}),
               '/queue?tab=history&range=7d&chart=table');
  assert.equal(hrefOfQueue({...place, tab: 'retries', set: 'schedule'}),
               '/queue?tab=retries&set=schedule');
});
