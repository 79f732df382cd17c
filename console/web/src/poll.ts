// Asks again every few seconds, for as long as somebody looks.
import {useEffect, useRef, useState} from 'preact/hooks';

import {ApiError} from './api';

const kPeriodMs = 5_000;

export interface Polled<T> {
  data: T | null;     // The newest there is; null while the first is awaited.
  atMs: number;       // When it came.
  isOld: boolean;     // It answers an earlier question: the address has changed since.
  error: ApiError | null;  // Of the last try; with data, the data is stale.
  again: () => void;
}

// `load` is called with each new `question` at once, and then every period while the page is
// visible, never twice at a time.
export function usePoll<T>(question: string, load: (signal: AbortSignal) => Promise<T>): Polled<T> {
  const [state, setState] = useState<Omit<Polled<T>, 'again' | 'isOld'> & {question: string}>(
      {data: null, atMs: 0, error: null, question});
  const [round, setRound] = useState(0);
  const latest = useRef(load);
  latest.current = load;

  useEffect(() => {
    const stop = new AbortController();
    let timer = 0;
    let isBusy = false;

    const ask = async () => {
      clearTimeout(timer);
      if (isBusy || stop.signal.aborted) return;
      isBusy = true;
      try {
        const data = await latest.current(stop.signal);
        if (stop.signal.aborted) return;
        setState({data, atMs: Date.now(), error: null, question});
      } catch (error) {
        if (stop.signal.aborted) return;
        const told = error instanceof ApiError ? error : new ApiError(0, 'page', String(error));
        setState((before) => ({...before, error: told}));
      } finally {
        isBusy = false;
        if (!document.hidden && !stop.signal.aborted) timer = window.setTimeout(ask, kPeriodMs);
      }
    };
    const onVisibility = () => document.hidden ? clearTimeout(timer) : void ask();

    void ask();
    document.addEventListener('visibilitychange', onVisibility);
    return () => {
      stop.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisibility);
    };
  }, [question, round]);

  const {question: answered, ...rest} = state;
  return {...rest, isOld: answered !== question, again: () => setRound((n) => n + 1)};
}
