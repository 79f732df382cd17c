// One event with all its members, over the page. Everything is put in as text.
import {useEffect, useRef, useState} from 'preact/hooks';

import {ApiError, getText} from '../api';
import * as format from '../format';
import {members, pretty} from '../json_text';
import {Icon} from './icons';

interface Props {
  id: string;
  onClose: () => void;
}

export function EventDialog({id, onClose}: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  // As it came: its numbers may be larger than JavaScript's.
  const [event, setEvent] = useState<string | null>(null);
  const [error, setError] = useState('');

  useEffect(() => dialog.current!.showModal(), []);
  useEffect(() => {
    const stop = new AbortController();
    setEvent(null);
    setError('');
    getText(`/events/${encodeURIComponent(id)}`, stop.signal).then(setEvent, (failure) => {
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
          <h2 id="event-title">{event ? nameOf(event) : 'Event'}</h2>
          {event && <CopyButton text={pretty(event)} />}
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

function nameOf(event: string): string {
  const name = members(event).find(([member]) => member === 'name');
  return name ? JSON.parse(name[1]) : 'Event';
}

function Members({event}: {event: string}) {
  const all = members(event);
  return (
    <>
      <dl class="members">
        {all.filter(([name]) => name !== 'properties').map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{memberText(name, value)}</dd>
          </div>
        ))}
      </dl>
      <h3>properties</h3>
      <pre class="json" tabIndex={0}>
        {pretty(all.find(([name]) => name === 'properties')?.[1] ?? '{}')}
      </pre>
    </>
  );
}

function memberText(name: string, value: string) {
  if (value === '""' || value === 'null') return <span class="none">–</span>;
  if (kTimes.includes(name)) return format.fullTime(Number(value));
  return value.startsWith('"') ? JSON.parse(value) : value;
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
