// One event with all its members, over the page. Everything is put in as text.
import {useEffect, useRef, useState} from 'preact/hooks';

import {ApiError, get} from '../api';
import * as format from '../format';
import type {StoredEvent} from '../model';
import {Icon} from './icons';

interface Props {
  id: string;
  onClose: () => void;
}

export function EventDialog({id, onClose}: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [event, setEvent] = useState<StoredEvent | null>(null);
  const [error, setError] = useState('');

  useEffect(() => dialog.current!.showModal(), []);
  useEffect(() => {
    const stop = new AbortController();
    setEvent(null);
    setError('');
    get<StoredEvent>(`/events/${encodeURIComponent(id)}`, stop.signal).then(setEvent, (failure) => {
      if (stop.signal.aborted) return;
      const isGone = failure instanceof ApiError && failure.status === 404;
      setError(isGone ? 'It is not in the store, or not any more.' : String(failure.message));
    });
    return () => stop.abort();
  }, [id]);
  // A click on the dialog itself is one beside its content.
  const onClick = (click: MouseEvent) => {
    if (click.target === dialog.current) onClose();
  };

  return (
    <dialog class="drawer" ref={dialog} onClose={onClose} onClick={onClick}
            aria-labelledby="event-title">
      <div class="drawer-inner">
        <header class="drawer-head">
          <h2 id="event-title">{event ? event.name : 'Event'}</h2>
          {event && <CopyButton text={JSON.stringify(event, null, 2)} />}
          <button type="button" class="button-quiet" aria-label="Close" title="Close (Esc)"
                  onClick={onClose}>
            <Icon name="close" />
          </button>
        </header>
        {error !== '' && <p class="card-empty">{error}</p>}
        {error === '' && event === null && <p class="card-empty">Loading…</p>}
        {event && <Members event={event} />}
      </div>
    </dialog>
  );
}

const kTimes = ['occurred_at', 'received_at'];

function Members({event}: {event: StoredEvent}) {
  const names = Object.keys(event).filter((name) => name !== 'properties');
  return (
    <>
      <dl class="members">
        {names.map((name) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{memberText(name, event[name])}</dd>
          </div>
        ))}
      </dl>
      <h3>properties</h3>
      <pre class="json" tabIndex={0}>{JSON.stringify(event.properties, null, 2)}</pre>
    </>
  );
}

function memberText(name: string, value: unknown) {
  if (value === '' || value === null) return <span class="none">–</span>;
  if (kTimes.includes(name) && typeof value === 'number') return format.fullTime(value);
  return String(value);
}

export function CopyButton({text}: {text: string}) {
  const [isDone, setDone] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setDone(true);
    setTimeout(() => setDone(false), 1500);
  };
  // Outside of https and localhost a page has no clipboard.
  if (!navigator.clipboard) return null;
  return (
    <button type="button" class="button" onClick={copy}>
      <Icon name="copy" /><span role="status">{isDone ? 'Copied' : 'Copy'}</span>
    </button>
  );
}
