// Events as they are stored, from one stream: those that are shown, and how many there are a second.
import type {Event as StoredEvent, LiveEvents} from 'model';
import {useEffect, useRef, useState} from 'preact/hooks';

import {get} from './api';
import {urlOf} from './client';
import {conditionsOf, type Place, questionOf} from './place';

// More rows than anyone looks back at.
const kRows = 300;
// Rates are of so long.
const kWindowMs = 10_000;
const kRetryMs = 3_000;

export interface Rates {
  stored: number;  // A second.
  left: number;    // Of those, what the filters leave.
  oneOf: number;   // Each so manieth of them is shown.
  isCut: boolean;  // More was stored than can be looked at: the rates are too low.
}

export interface Live {
  state: 'opening' | 'open' | 'lost';
  events: StoredEvent[];  // Newest first.
  held: number;           // Came while it was paused.
  rates: Rates;
  trouble: string;  // Why the store cannot be read.
}

export interface Sample {
  atMs: number;
  stored: number;
  left: number;
  shown: number;
  isCut: boolean;
}

export function ratesOf(samples: Sample[], nowMs: number): Rates {
  const recent = samples.filter((sample) => sample.atMs > nowMs - kWindowMs);
  const sum = (of: (sample: Sample) => number) =>
      recent.reduce((all, sample) => all + of(sample), 0);
  const left = sum((sample) => sample.left);
  const shown = sum((sample) => sample.shown);
  return {
    stored: sum((sample) => sample.stored) * 1000 / kWindowMs,
    left: left * 1000 / kWindowMs,
    oneOf: shown === 0 ? 1 : Math.max(1, Math.round(left / shown)),
    isCut: recent.some((sample) => sample.isCut),
  };
}

const kNoRates: Rates = {stored: 0, left: 0, oneOf: 1, isCut: false};

interface Control {
  live: Live;
  isPaused: boolean;
  setPaused: (isPaused: boolean) => void;
  clear: () => void;
}

export function useLive(place: Place): Control {
  const question = questionOf(place);
  const [state, setState] = useState<Live['state']>('opening');
  const [trouble, setTrouble] = useState('');
  const [shown, setShown] = useState<StoredEvent[]>([]);
  const [held, setHeld] = useState<StoredEvent[]>([]);
  const [heldCount, setHeldCount] = useState(0);
  const [rates, setRates] = useState(kNoRates);
  const [isPaused, setPausedState] = useState(false);
  const isPausedNow = useRef(false);
  const samples = useRef<Sample[]>([]);

  useEffect(() => {
    setState('opening');
    setShown([]);
    setHeld([]);
    setHeldCount(0);
    samples.current = [];
    let retry = 0;
    let source: EventSource;

    const open = () => {
      source = new EventSource(urlOf('GET', '/events/live', conditionsOf(place)));
      source.onopen = () => {
        setState('open');
        setTrouble('');
      };
      // A stream that was broken off is opened again by the browser; one that was refused is not,
      // and a question says whether the session has ended.
      source.onerror = () => {
        setState('lost');
        if (source.readyState !== EventSource.CLOSED) return;
        void get('/system', {}).catch(() => {});
        retry = window.setTimeout(open, kRetryMs);
      };
      source.addEventListener('trouble', ({data}) => setTrouble(JSON.parse(data).detail));
      source.addEventListener('events', ({data}) => take(JSON.parse(data)));
    };
    const take = ({stored, left, missed, is_cut, events}: LiveEvents) => {
      setTrouble('');
      samples.current = [
        ...samples.current.filter((sample) => sample.atMs > Date.now() - kWindowMs),
        {atMs: Date.now(), stored, left: left + missed, shown: events.length, isCut: is_cut},
      ];
      const newest = [...events].reverse();
      const add = (before: StoredEvent[]) => [...newest, ...before].slice(0, kRows);
      if (isPausedNow.current) {
        setHeld(add);
        setHeldCount((count) => count + events.length);
      } else {
        setShown(add);
      }
    };

    open();
    // Where nothing comes any more the rates fall all the same.
    const clock = window.setInterval(() => setRates(ratesOf(samples.current, Date.now())), 1_000);
    return () => {
      source.close();
      clearTimeout(retry);
      clearInterval(clock);
    };
  }, [question]);

  const setPaused = (wanted: boolean) => {
    isPausedNow.current = wanted;
    setPausedState(wanted);
    if (wanted) return;
    setShown((before) => [...held, ...before].slice(0, kRows));
    setHeld([]);
    setHeldCount(0);
  };
  const clear = () => {
    setShown([]);
    setHeld([]);
    setHeldCount(0);
  };
  return {live: {state, events: shown, held: heldCount, rates, trouble}, isPaused, setPaused, clear};
}
