// Asks again every few seconds, for as long as somebody looks. Each card has a poll of its own, so
// that one that is slow or fails leaves the others as they are.
import {type StateUpdater, useLayoutEffect, useMemo, useRef, useState} from 'preact/hooks';

import {ApiError} from './api';

const kPeriodMs = 5_000;
// What fails is asked for less often, and a question that is too much for the store above all.
const kPeriodMsMax = 60_000;
const kRefreshEvent = 'penstock-refresh';

// What tells whether stored events have changed (changes.ts), where there is such a stream.
interface Changes {
  isFollowed: () => boolean;
  changedAtMs: () => number;  // Of Date.now().
}
let changes: Changes | null = null;
export const setChanges = (told: Changes | null) => void (changes = told);

// Ranges that end now move on though nothing is stored.
const kMovesOnMs = 60_000;

// Whether an answer of `askedAtMs` about stored events holds still.
export const holdsStill = (askedAtMs: number, nowMs: number) => changes !== null &&
    changes.isFollowed() && changes.changedAtMs() < askedAtMs && nowMs - askedAtMs < kMovesOnMs;

export interface Polled<T> {
  data: T | null;     // The newest there is; null while the first is awaited.
  atMs: number;       // When it came, or was said to hold still.
  isOld: boolean;     // It answers an earlier question: the address has changed since.
  error: ApiError | null;  // Of the last try; with data, the data is stale.
}

// Who is told each answer that a poll gets: what all pages ask for is shown beside them without being
// asked for again.
type Hear = (question: string, data: unknown) => void;
const hearers = new Set<Hear>();
export function onAnswer(hear: Hear): () => void {
  hearers.add(hear);
  return () => void hearers.delete(hear);
}

// Every poll of the page asks at once.
export function refresh(): void {
  dispatchEvent(new Event(kRefreshEvent));
}

// The pause after `failures` in a row; what the console asks for where that is longer.
export function pauseMs(failures: number, retryAfterS: number | null): number {
  const pause = Math.min(kPeriodMs * 2 ** failures, kPeriodMsMax);
  return Math.max(pause, Math.min((retryAfterS ?? 0) * 1000, kPeriodMsMax));
}

type State<T> = Omit<Polled<T>, 'isOld'> & {question: string | null};

// `load` is called with each new `question` at once, and then every period while the page is
// visible, never twice at a time. What it returns is the same object until something of it changes. A
// null question asks nothing. One that is an address of the page is about stored events, and is not
// asked again while they are as they were. What one looks at first `isFirst`: it is asked for before
// the page is rendered, which takes longer than asking, and the others behind it, since the server
// answers by turns.
export function usePoll<T>(
    question: string | null, load: (signal: AbortSignal) => Promise<T>,
    isFirst = false): Polled<T> {
  const [state, setState] =
      useState<State<T>>({data: null, atMs: 0, error: null, question});
  const latest = useRef(load);
  latest.current = load;
  const begin = () =>
      question === null ? null : follow(question, (signal) => latest.current(signal), setState);
  const begun = useMemo(() => isFirst ? begin() : null, [question]);
  useLayoutEffect(() => {
    if (question === null) setState({data: null, atMs: 0, error: null, question});
    return begun ?? begin() ?? undefined;
  }, [question]);

  return useMemo(() => {
    const {question: answered, ...rest} = state;
    return {...rest, isOld: answered !== question};
  }, [state, question]);
}

// Asks until the function that it returns is called.
function follow<T>(
    question: string, load: (signal: AbortSignal) => Promise<T>,
    setState: (next: StateUpdater<State<T>>) => void): () => void {
  const stop = new AbortController();
  let timer = 0;
  let isBusy = false;
  let isWantedAgain = false;  // Since the answer that is awaited was asked for.
  let failures = 0;
  let askedAtMs = 0;
  const isOfStore = question.startsWith('/');

  const askInTime = () => {
    const nowMs = Date.now();
    if (!isOfStore || failures > 0 || !holdsStill(askedAtMs, nowMs)) return void ask();
    setState((before) => ({...before, atMs: nowMs}));
    timer = window.setTimeout(askInTime, kPeriodMs);
  };
  const ask = async () => {
    clearTimeout(timer);
    if (stop.signal.aborted) return;
    isWantedAgain = isBusy;
    if (isBusy) return;
    isBusy = true;
    askedAtMs = Date.now();
    let retryAfterS: number | null = null;
    try {
      const data = await load(stop.signal);
      if (stop.signal.aborted) return;
      failures = 0;
      setState({data, atMs: Date.now(), error: null, question});
      for (const hear of hearers) hear(question, data);
    } catch (error) {
      if (stop.signal.aborted) return;
      const told = error instanceof ApiError ? error : new ApiError(0, 'page', String(error));
      ++failures;
      retryAfterS = told.retryAfterS;
      setState((before) => ({...before, error: told}));
    } finally {
      isBusy = false;
      if (isWantedAgain) {
        void ask();
      } else if (!document.hidden && !stop.signal.aborted) {
        timer = window.setTimeout(askInTime, pauseMs(failures, retryAfterS));
      }
    }
  };
  const onVisibility = () => document.hidden ? clearTimeout(timer) : void ask();
  const onRefresh = () => void ask();

  void ask();
  document.addEventListener('visibilitychange', onVisibility);
  addEventListener(kRefreshEvent, onRefresh);
  return () => {
    stop.abort();
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', onVisibility);
    removeEventListener(kRefreshEvent, onRefresh);
  };
}
