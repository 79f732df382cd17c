// Looks for a text in all that events say: one more filter, in place of the one before.
import {useEffect, useRef, useState} from 'preact/hooks';

import {kAllText} from '../dimensions';
import {useKey} from '../keys';
import {go, hrefOf, type Place} from '../place';

export function SearchEvents({place, path}: {place: Place, path: string}) {
  const asked = place.filters.find(({name}) => name === kAllText)?.value ?? '';
  const [text, setText] = useState(asked);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => setText(asked), [asked]);
  useKey('/', () => field.current?.focus());
  const search = (event: Event) => {
    event.preventDefault();
    field.current?.blur();  // The next key is one of the page.
    const others = place.filters.filter(({name}) => name !== kAllText);
    const value = text.trim();
    const filters = value === '' ? others :
        [...others, {name: kAllText, sign: '~=' as const, value}];
    go(hrefOf({...place, filters, eventId: null}, path));
  };
  return (
    <form role="search" onSubmit={search}>
      <input class="field" type="search" ref={field} value={text} aria-label="Search all texts"
             placeholder="Search all texts  ( / )"
             onInput={(event) => setText(event.currentTarget.value)} />
    </form>
  );
}
