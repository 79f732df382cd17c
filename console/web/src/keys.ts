// What single keys do in the views.
import {useEffect} from 'preact/hooks';

import {go, hrefOf, kRanges, type Place} from './place';
import {refresh} from './poll';

// `path` is the view's.
export function useKeys(place: Place, path: string): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLInputElement;
      const isOpen = document.querySelector('dialog[open]') !== null;
      if (isTyping || isOpen || event.metaKey || event.ctrlKey || event.altKey) return;
      const range = kRanges[Number(event.key) - 1];
      if (range) go(hrefOf({...place, range}, path));
      if (event.key === 'r') refresh();
      if (event.key === 'Escape') go(hrefOf({...place, filters: []}, path));
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
}
