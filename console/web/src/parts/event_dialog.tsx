// One event with all its members, over the page. Everything is put in as text.
import {useEffect, useRef, useState} from 'preact/hooks';

import {ApiError, getText, remove} from '../api';
import * as format from '../format';
import {members, pretty} from '../json_text';
import {titleOf} from '../dimensions';
import type {Sign} from '../filters';
import {hrefOf, type Place, withAddedFilter} from '../place';
import {refresh} from '../poll';
import {CopyButton} from './copy_button';
import {Icon} from './icons';
import {laterOver} from './later';
import {Link} from './link';

interface Props {
  id: string;
  place: Place;
  path?: string;
  mayChange: boolean;
  onClose: () => void;
}

const EditEvent = laterOver(() => import('./edit_event').then((part) => part.EditEvent));
const Neighbours = laterOver(() => import('./neighbours').then((part) => part.Neighbours));
const AskDelete = laterOver(() => import('./ask_delete').then((part) => part.AskDelete));

type Act = 'edit' | 'delete' | null;

export function EventDialog({id, place, path = '/', mayChange, onClose}: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  // As it came: its numbers may be larger than JavaScript's.
  const [event, setEvent] = useState<string | null>(null);
  const [error, setError] = useState('');
  const [act, setAct] = useState<Act>(null);
  const [isBusy, setBusy] = useState(false);
  const [version, setVersion] = useState(0);  // Of the event: one more with each change.

  useEffect(() => dialog.current!.showModal(), []);
  useEffect(() => {
    const stop = new AbortController();
    setEvent(null);
    setError('');
    setAct(null);
    getText('/events/{id}', {id}, stop.signal).then(setEvent, (failure) => {
      if (stop.signal.aborted) return;
      const isGone = failure instanceof ApiError && failure.status === 404;
      setError(isGone ? 'It is not in the store, or not any more.' : String(failure.message));
    });
    return () => stop.abort();
  }, [id, version]);
  const erase = async () => {
    setBusy(true);
    try {
      await remove('/events/{id}', {id});
      onClose();
      refresh();
    } catch (failure) {
      setError(`It was not deleted. ${format.sentence(String((failure as Error).message))}`);
      setAct(null);
      setBusy(false);
    }
  };
  const saved = () => {
    setVersion(version + 1);
    refresh();
  };
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
          {event && mayChange && act === null && (
            <>
              <button type="button" class="button" onClick={() => setAct('edit')}>Edit</button>
              <button type="button" class="button" onClick={() => setAct('delete')}>Delete</button>
            </>
          )}
          {event && <CopyButton text={pretty(event)} />}
          <button type="button" class="button-quiet" aria-label="Close" title="Close (Esc)"
                  onClick={onClose}>
            <Icon name="close" />
          </button>
        </header>
        {error !== '' && <p class="card-empty">{error}</p>}
        {error === '' && event === null && <p class="card-empty">Loading…</p>}
        {event && act === 'edit' &&
          <EditEvent id={id} event={event} onDone={saved} onCancel={() => setAct(null)} />}
        {event && act !== 'edit' && <Members event={event} place={place} path={path} />}
        {event && act !== 'edit' && <Neighbours event={event} place={place} path={path} />}
        {act === 'delete' && (
          <AskDelete one="event" count={1} of="" losing="" note="" isBusy={isBusy}
                     onConfirm={() => void erase()} onClose={() => setAct(null)} />
        )}
      </div>
    </dialog>
  );
}

const kTimes = ['occurred_at', 'received_at'];

function nameOf(event: string): string {
  const name = members(event).find(([member]) => member === 'name');
  return name ? format.visible(JSON.parse(name[1])) : 'Event';
}

// By which name a field is filtered.
const kDimensionOf: Record<string, string> = {
  project: 'project', source: 'source', name: 'name', kind: 'kind', path: 'path', host: 'host',
  referrer_host: 'referrer', browser: 'browser', os: 'os', device: 'device', country: 'country',
  utm_campaign: 'campaign', user_id: 'user_id', anonymous_id: 'anonymous_id',
  session_id: 'session_id', url: 'url', ip: 'ip', user_agent: 'user_agent',
  utm_source: 'utm_source', utm_medium: 'utm_medium',
};

interface MembersProps {
  event: string;
  place: Place;
  path: string;
}

function Members({event, place, path}: MembersProps) {
  const all = members(event);
  const properties = all.find(([name]) => name === 'properties')?.[1] ?? '{}';
  const scalars = members(properties).filter(([, value]) => !/^[[{]/.test(value));
  return (
    <>
      <dl class="members">
        {all.filter(([name]) => name !== 'properties').map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {memberText(name, value)}
              {kDimensionOf[name] !== undefined && (
                <Uses name={kDimensionOf[name]} value={textOf(value)} place={place} path={path} />
              )}
            </dd>
          </div>
        ))}
      </dl>
      {scalars.length > 0 && (
        <dl class="members">
          {scalars.map(([name, value]) => (
            <div key={name}>
              <dt>{format.visible(name)}</dt>
              <dd>
                {memberText('', value)}
                <Uses name={`properties.${name}`} value={textOf(value)} place={place} path={path} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      <h3>properties</h3>
      <pre class="json" tabIndex={0}>{pretty(properties)}</pre>
    </>
  );
}

// A value as filters mean it: a text, or JSON's own of a number.
const textOf = (json: string): string => json.startsWith('"') ? JSON.parse(json) : json;

interface UsesProps {
  name: string;
  value: string;
  place: Place;
  path: string;
}

// What one does with a value.
function Uses({name, value, place, path}: UsesProps) {
  const href = (sign: Sign) =>
      hrefOf({...withAddedFilter(place, {name, sign, value}), eventId: null}, path);
  const title = titleOf(name);
  return (
    <span class="uses">
      <Link href={href('=')} label={`Only ${title} ${value}`}>only</Link>
      <Link href={href('!=')} label={`Not ${title} ${value}`}>not</Link>
    </span>
  );
}

function memberText(name: string, value: string) {
  if (value === '""' || value === 'null') return <span class="none">–</span>;
  if (kTimes.includes(name)) return format.fullTime(Number(value));
  return format.visible(textOf(value));
}
