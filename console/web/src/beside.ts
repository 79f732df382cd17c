// Answers that are shown beside each other, as a list's rows and the sum that they are shares of: of
// one question both. They come one after the other.
import {useRef} from 'preact/hooks';

import type {Polled} from './poll';

// What belongs beside an answer that is shown: `kept` is what stood there so far.
export function besideOf<T>(
    shown: {isOld: boolean}, other: {data: T | null, isOld: boolean}, kept: T | null): T | null {
  if (shown.isOld) return kept;
  return other.isOld ? null : other.data;
}

// What `other` answered to the question whose answer `shown` is; null while that is not known.
export function useBeside<T>(shown: Polled<unknown>, other: Polled<T>): T | null {
  const kept = useRef<T | null>(null);
  kept.current = besideOf(shown, other, kept.current);
  return kept.current;
}
