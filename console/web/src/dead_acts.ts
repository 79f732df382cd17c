// What people do with dead letters, and what they are told of it: how many were done, how many had
// gone, and how many of those that were retried are back.
import type {DeadLetter} from 'model';

import {ApiError, get, post} from './api';
import * as format from './format';
import {deadQuery} from './queue_place';

// Some letters, or all that match, as many as the person was told.
export type Chosen = {
  kind: 'some',
  letters: DeadLetter[],
}|{
  kind: 'all',
  reason: string,
  search: string,
  count: number,
};

export const countOf = (chosen: Chosen) =>
    chosen.kind === 'some' ? chosen.letters.length : chosen.count;

const bodyOf = (chosen: Chosen) => chosen.kind === 'some' ?
    {ids: chosen.letters.map(({id}) => id)} :
    {all: true, reason: chosen.reason, search: chosen.search, count: chosen.count};

export interface Done {
  verb: 'retried'|'deleted';
  count: number;
  gone: number;
  atMs: number;    // When it began, by the worker's clock.
  chosen: Chosen;
}

export async function retry(chosen: Chosen): Promise<Done> {
  const {retried, gone, at} = await post('/queue/dead/retry', {}, bodyOf(chosen));
  return {verb: 'retried', count: retried, gone, atMs: at, chosen};
}

export async function deleteLetters(chosen: Chosen): Promise<Done> {
  const {deleted, gone, at} = await post('/queue/dead/delete', {}, bodyOf(chosen));
  return {verb: 'deleted', count: deleted, gone, atMs: at, chosen};
}

// Where another number matches by now: that number; else null.
export const newCount = (error: unknown): number|null =>
    error instanceof ApiError && error.code === 'count_changed' ? Number(error.more.count) : null;

const kAskedMax = 200;

// How many of those that were retried have been set aside again. Their ids are new, their messages
// are not.
export async function cameBack({atMs, chosen}: Done, signal: AbortSignal): Promise<number> {
  if (chosen.kind === 'all') {
    const query = {...deadQuery(chosen), since: String(atMs), limit: 1};
    return (await get('/queue/dead', query, signal)).total;
  }
  const {letters} = await get('/queue/dead', {since: String(atMs), limit: kAskedMax}, signal);
  const messages = new Set(chosen.letters.map(({message}) => message));
  return letters.filter(({message}) => messages.has(message)).length;
}

// "12 retried, 1 had gone; 3 are back". `back` is null before it is known.
export function tell({verb, count, gone}: Done, back: number|null): string {
  const parts = [`${format.count(count)} ${verb}`];
  if (gone > 0) parts.push(`${format.count(gone)} had gone`);
  const text = parts.join(', ');
  if (verb === 'deleted' || back === null || back === 0) return text + '.';
  return `${text}; ${format.count(back)} ${back === 1 ? 'is' : 'are'} back.`;
}
