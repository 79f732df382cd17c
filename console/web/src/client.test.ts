import assert from 'node:assert/strict';
import {test} from 'node:test';

import {clientOf, type Send, urlOf} from './client';

test('a path is filled and its parameters are encoded', () => {
  assert.equal(urlOf('GET', '/system', {}), '/api/v1/system');
  assert.equal(urlOf('GET', '/events/{id}', {id: 'a/b?c#%20'}), '/api/v1/events/a%2Fb%3Fc%23%2520');
  assert.equal(urlOf('GET', '/errors/{id}/samples', {id: 7, limit: 2, bots: undefined}),
               '/api/v1/errors/7/samples?limit=2');
  assert.equal(urlOf('GET', '/events', {filter: ['path=/a b', 'name!=x&y'], 'properties.plan': 'pro'}),
               '/api/v1/events?filter=path%3D%2Fa+b&filter=name%21%3Dx%26y&properties.plan=pro');
  assert.equal(urlOf('GET', '/events', {filter: [], is_bot: false}), '/api/v1/events?is_bot=false');
});

test('what stands for a pattern of replacement is put in as it is', () => {
  assert.equal(urlOf('GET', '/queue/dead/{id}', {id: '$&{id}'}), '/api/v1/queue/dead/%24%26%7Bid%7D');
});

// A browser reads /events/.. as /, and what is deleted there is another thing.
test('a text that would lead to another path is refused', () => {
  for (const id of ['', '.', '..']) {
    assert.throws(() => urlOf('DELETE', '/events/{id}', {id}), RangeError);
  }
  assert.equal(urlOf('DELETE', '/events/{id}', {id: '...'}), '/api/v1/events/...');
});

test('each method sends what it was given', async () => {
  const sent: unknown[] = [];
  const send: Send = async (...all) => {
    sent.push(all);
    return {users: ['ada']};
  };
  const {get, post, patch, remove} = clientOf(send);
  const {signal} = new AbortController();
  assert.deepEqual((await get('/errors/assignees', {}, signal)).users, ['ada']);
  await post('/errors/{id}/notes', {id: 3}, {text: 'seen'});
  await patch('/errors', {}, {ids: [1], state: 'muted'});
  await remove('/tokens/{id}', {id: 4});
  assert.deepEqual(sent, [
    ['GET', '/api/v1/errors/assignees', undefined, signal],
    ['POST', '/api/v1/errors/3/notes', {text: 'seen'}],
    ['PATCH', '/api/v1/errors', {ids: [1], state: 'muted'}],
    ['DELETE', '/api/v1/tokens/4'],
  ]);
});

test('a path that cannot be is a promise that is rejected', async () => {
  await assert.rejects(clientOf(async () => ({})).get('/events/{id}', {id: '..'}), RangeError);
});
