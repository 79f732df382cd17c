// What is searched for goes into the address once one stops typing.
import {useEffect, useState} from 'preact/hooks';

import {type ErrorPlace, hrefOfErrors, readErrorPlace} from '../../error_place';
import {go, readPlace} from '../../place';

const kTypingMs = 350;

export function ErrorSearch({errors}: {errors: ErrorPlace}) {
  const [text, setText] = useState(errors.search);
  useEffect(() => setText(errors.search), [errors.search]);
  useEffect(() => {
    if (text === errors.search) return;
    // Where one is by then: another tab may have been chosen meanwhile.
    const timer = setTimeout(() => {
      const now = readErrorPlace(location.pathname, location.search);
      if (now.id === null) go(hrefOfErrors(readPlace(location.search), {...now, search: text}));
    }, kTypingMs);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <input class="field" type="search" value={text} aria-label="Search errors"
           placeholder="Search class, message, place"
           onInput={(event) => setText(event.currentTarget.value)} />
  );
}
