// What single keys do in the views.
import {useEffect} from 'preact/hooks';

import {pathOfKey} from './page_keys';
import {go, hrefOf, type Place, withRange} from './place';
import {refresh} from './poll';
import {kRanges} from './ranges';

// j and k go from row to row of a table; Enter on a row's link opens it, as on any link.
export function useRowKeys(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const by = event.key === 'j' ? 1 : event.key === 'k' ? -1 : 0;
      if (by === 0 || isElsewhere(event)) return;
      const links = [...document.querySelectorAll<HTMLElement>('.rows .name > a:first-child')];
      const at = links.indexOf(document.activeElement as HTMLElement);
      links[Math.max(0, Math.min(links.length - 1, at + by))]?.focus();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}

// One key of a view's own.
export function useKey(key: string, run: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== key || isElsewhere(event)) return;
      event.preventDefault();
      run();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
}

// How long g waits for the letter of a page.
const kGoMs = 1_500;

// g and a page's letter, on every page.
export function useGoKeys(): void {
  useEffect(() => {
    let goneMs = -kGoMs;
    // Before the page's own keys: the second letter is none of those.
    const onKey = (event: KeyboardEvent) => {
      if (isElsewhere(event)) return;
      const path = event.timeStamp - goneMs < kGoMs ? pathOfKey(event.key) : null;
      goneMs = event.key === 'g' ? event.timeStamp : -kGoMs;
      if (path === null) return;
      event.stopImmediatePropagation();
      event.preventDefault();
      go(path);
    };
    addEventListener('keydown', onKey, true);
    return () => removeEventListener('keydown', onKey, true);
  }, []);
}

// Where a key means a letter, or what is asked in front of the page.
function isElsewhere(event: KeyboardEvent): boolean {
  const {target} = event;
  const isTyping = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement ||
      target instanceof HTMLSelectElement;
  const isOpen = document.querySelector('dialog[open]') !== null;
  return isTyping || isOpen || event.metaKey || event.ctrlKey || event.altKey;
}

// `path` is the view's; `isOfNow`: it has no range; `hasRefresh`: r means nothing else there.
export function useKeys(place: Place, path: string, isOfNow = false, hasRefresh = true): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isElsewhere(event)) return;
      const range = kRanges[Number(event.key) - 1];
      if (range && !isOfNow) go(hrefOf(withRange(place, range), path));
      if (event.key === 'r' && hasRefresh) refresh();
      if (event.key === 'Escape') go(hrefOf({...place, filters: []}, path));
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
}
