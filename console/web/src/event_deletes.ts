// Stored events that are deleted: chosen ones, or all that the page's question leaves.
import {get, post} from './api';
import type {Body} from './client';
import {type Place, queryOfExport, type RangeQuery} from './place';

export type ChosenEvents = {
  kind: 'some',
  ids: string[],
}|{
  kind: 'all',
  query: RangeQuery,  // With its times: what comes later is not meant.
  count: number,
};

export const countOfEvents = (chosen: ChosenEvents) =>
    chosen.kind === 'some' ? chosen.ids.length : chosen.count;

export async function allEvents(place: Place): Promise<ChosenEvents> {
  const query = queryOfExport(place, Date.now());
  const {events} = await get('/stats/summary', query);
  return {kind: 'all', query, count: events};
}

// As many as the console takes at a time.
const kIdsMax = 1000;

// How many there were. Of many, the console deletes some at a time: `onSome` is told how many are
// gone by then. Where it fails, those stay deleted.
export async function deleteEvents(
    chosen: ChosenEvents, onSome: (deleted: number) => void): Promise<number> {
  let deleted = 0;
  const ask = async (query: RangeQuery | {}, body: Body<'POST', '/events/delete'>) => {
    const answer = await post('/events/delete', query, body);
    deleted += answer.deleted;
    onSome(deleted);
    return answer;
  };
  if (chosen.kind === 'some') {
    for (let at = 0; at < chosen.ids.length; at += kIdsMax) {
      await ask({}, {ids: chosen.ids.slice(at, at + kIdsMax)});
    }
    return deleted;
  }
  for (let count = chosen.count; count > 0;) {
    const answer = await ask(chosen.query, {all: true, count});
    if (answer.deleted === 0) break;
    count = answer.left;
  }
  return deleted;
}
