// What the client must not take. tsc reads this file (the test web.types) and nothing imports it: each
// line below its mark has to be an error, or the mark itself is one.
import {clientOf, type Send, urlOf} from './client';

export async function mistakes(send: Send): Promise<void> {
  const {get, post, patch, remove} = clientOf(send);
  // @ts-expect-error There is no such path.
  await get('/event', {});
  // @ts-expect-error There is none of that method.
  await remove('/tokens', {});
  // @ts-expect-error What stands in its braces is missing.
  await get('/events/{id}', {});
  // @ts-expect-error A parameter that it has to have is missing.
  await get('/stats/top', {limit: 8});
  // @ts-expect-error It has no such parameter.
  await get('/audit', {limit: 8, page: 2});
  const spread = {limit: 8, page: 2};
  // @ts-expect-error Nor has it one that comes in another object.
  await get('/audit', {...spread});
  // @ts-expect-error The parameter is a number.
  await get('/audit', {limit: 'many'});
  // @ts-expect-error The parameter has other values.
  await get('/events', {bots: '2'});
  // @ts-expect-error A member of the body is missing.
  await post('/invitations', {}, {role: 'viewer'});
  // @ts-expect-error The body has no such member.
  await patch('/errors/{id}', {id: 1}, {status: 'resolved'});
  // @ts-expect-error It takes no body.
  await post('/queue/dead/{id}/retry', {id: 'f1'}, {all: true});
  // @ts-expect-error Its answer has no such member.
  (await get('/tokens', {})).token;
  // @ts-expect-error There is no such method.
  urlOf('PUT', '/events/export', {});
}
