// A card that loads by itself: it says so while it does, and what is wrong where it fails, and leaves
// the rest of the page alone.
import type {ComponentChildren} from 'preact';

import * as format from '../format';
import {type Polled, refresh} from '../poll';
import {Notice} from './notice';

interface Props<T> {
  polled: Polled<T>;
  children: (data: T) => ComponentChildren;
}

// Within a card: its content, or what stands in its place.
export function CardBody<T>({polled: {data, atMs, error}, children}: Props<T>) {
  const again = {text: 'Try again', run: refresh};
  if (data === null) {
    return error ?
        <Notice kind="error" title="No data." action={again}>{format.sentence(error.message)}</Notice> :
        <div class="ghost ghost-body" role="status" aria-label="Loading" />;
  }
  return (
    <>
      {error && (
        <Notice kind="stale" title="Not up to date." action={again}>
          {format.sentence(error.message)} From {format.time(atMs, Date.now())}.
        </Notice>
      )}
      {children(data)}
    </>
  );
}

// Days that the answer had to leave out.
export function MissingDays({days}: {days: string[]}) {
  if (days.length === 0) return null;
  return (
    <Notice kind="stale" title="Incomplete.">
      {days.length === 1 ? 'This day is left out' : 'These days are left out'}, because what is
      stored of {days.length === 1 ? 'it' : 'them'} cannot be read: {days.join(', ')}.
    </Notice>
  );
}
