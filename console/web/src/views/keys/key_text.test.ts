import assert from 'node:assert/strict';
import {test} from 'node:test';

import {boundTo, listOf, stateOf, useText} from './key_text';

const kKey = {
  id: 'k1', project: 'shop', name: '', server_side: false, events_a_minute: 0, origins: [],
  addresses: [], created_at: 1, expires_at: null, revoked_at: null, may_change: true, events: 0,
  refused: 0, last_used_at: null,
};

test('a key is in use, silent, ending or over', () => {
  assert.equal(stateOf(kKey, 10), 'silent');
  assert.equal(stateOf({...kKey, events: null}, 10), 'silent');
  assert.equal(stateOf({...kKey, events: 3}, 10), 'used');
  assert.equal(stateOf({...kKey, events: 3, expires_at: 11}, 10), 'ending');
  assert.equal(stateOf({...kKey, events: 3, expires_at: 10}, 10), 'over');
  assert.equal(stateOf({...kKey, revoked_at: 5}, 10), 'over');
});

test('what a key is bound to is told in words', () => {
  assert.deepEqual(boundTo(kKey), []);
  assert.deepEqual(
      boundTo({...kKey, events_a_minute: 600, origins: ['https://a.example', 'https://b.example'],
               addresses: ['10.0.0.0/8']}),
      ['600 events a minute', 'from https://a.example, https://b.example', 'by 10.0.0.0/8']);
});

test('how a key is used is told, and what is unknown', () => {
  assert.equal(useText(kKey), 'not used');
  assert.equal(useText({...kKey, events: null, refused: null}), 'use unknown');
  assert.equal(useText({...kKey, refused: 1}), 'not used, 1 request refused');
});

test('lists are typed by lines, blanks or commas', () => {
  assert.deepEqual(listOf(' https://a.example,\n https://b.example  c '),
                   ['https://a.example', 'https://b.example', 'c']);
  assert.deepEqual(listOf(' \n'), []);
});
