// Pages of events, one behind the other. The first is asked for again every few seconds, until a
// second one is wanted: from then on the list stays as it is, or there would be a gap in it.
import type {Event as StoredEvent, Events} from 'model';
import {useRef, useState} from 'preact/hooks';

import {get} from './api';
import {type Place, queryOf, questionOf, type RangeQuery} from './place';
import {type Polled, usePoll} from './poll';

const kRows = 100;

interface Pages {
  polled: Polled<Events>;  // The first.
  shown: Polled<Events>;   // All, in one.
  events: StoredEvent[] | null;
  hasMore: boolean;
  isLoading: boolean;
  error: string;
  more: () => void;
}

interface Held {
  question: string;
  query: RangeQuery;  // Of the first page: a cursor is of one range.
  events: StoredEvent[];
  cursor: string | null;
}

export function useEventPages(place: Place): Pages {
  const question = questionOf(place);
  const [held, setHeld] = useState<Held | null>(null);
  const [isLoading, setLoading] = useState(false);
  const [error, setError] = useState('');
  const isHeld = held !== null && held.question === question;
  const asked = useRef<RangeQuery | null>(null);
  const load = (signal: AbortSignal) => {
    asked.current = queryOf(place, Date.now());
    return get('/events', {...asked.current, limit: kRows}, signal);
  };
  const polled = usePoll(isHeld ? null : question, load);
  const first = polled.data;
  const events = isHeld ? held.events : first?.events ?? null;
  const cursor = isHeld ? held.cursor : first?.next_cursor ?? null;
  const more = async () => {
    const query = isHeld ? held.query : asked.current;
    if (cursor === null || events === null || query === null || isLoading) return;
    setLoading(true);
    setError('');
    try {
      const next = await get('/events', {...query, limit: kRows, cursor});
      setHeld({question, query, events: [...events, ...next.events], cursor: next.next_cursor});
    } catch (failure) {
      setError(String((failure as Error).message));
    } finally {
      setLoading(false);
    }
  };
  const all: Events | null = events === null ? null :
      {events, next_cursor: cursor, missing_days: first?.missing_days ?? []};
  return {
    polled,
    shown: {...polled, data: all},
    events,
    hasMore: cursor !== null && !polled.isOld,
    isLoading,
    error,
    more: () => void more(),
  };
}
