// What else the same session and the same person did around an event, each in the order of time.
import type {Event as StoredEvent, Events} from 'model';

import {get} from '../api';
import {type Filter, textOf} from '../filters';
import * as format from '../format';
import {members} from '../json_text';
import {hrefOf, type Place} from '../place';
import {usePoll} from '../poll';
import {Link} from './link';

interface Props {
  event: string;  // JSON.
  place: Place;
  path: string;
}

// On each side: a visit, and what led to it. The store asks each row of that time.
const kAroundMs = 6 * 3_600_000;
const kRows = 50;

// Who it was, by what is surest.
const kPersonFields = ['user_id', 'anonymous_id'];

export function Neighbours({event, place, path}: Props) {
  const all = new Map(members(event));
  const textOf = (name: string): string => JSON.parse(all.get(name) ?? '""');
  const session = textOf('session_id');
  const person = kPersonFields.find((name) => textOf(name) !== '');
  const around = Number(all.get('occurred_at'));
  const own = {id: textOf('id'), project: textOf('project'), around, place, path};
  return (
    <>
      {session !== '' &&
        <OthersOf title="This session" filter={{name: 'session_id', sign: '=', value: session}}
                  {...own} />}
      {person !== undefined &&
        <OthersOf title="This person" filter={{name: person, sign: '=', value: textOf(person)}}
                  {...own} />}
    </>
  );
}

interface OthersProps {
  title: string;
  filter: Filter;
  id: string;
  project: string;
  around: number;
  place: Place;
  path: string;
}

function OthersOf({title, filter, id, project, around, place, path}: OthersProps) {
  const polled = usePoll<Events>(`${filter.name} ${filter.value} ${id}`, (signal) => {
    const span = {from: String(around - kAroundMs), to: String(around + kAroundMs)};
    const own = {project, filter: [textOf(filter)], limit: kRows};
    return get('/events', {...span, ...own}, signal);
  });
  const events = [...(polled.data?.events ?? [])].reverse();
  const everything = hrefOf({...place, eventId: null, filters: [filter]}, '/events');
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {polled.error && <p class="hint">{format.sentence(polled.error.message)}</p>}
      {polled.data === null && !polled.error && <p class="hint">Loading …</p>}
      {polled.data !== null && (
        <ol class="neighbours">
          {events.map((one) => (
            <li key={one.id} aria-current={one.id === id ? 'true' : undefined}>
              <span class="when" title={format.fullTime(one.occurred_at)}>
                {format.listTime(one.occurred_at)}
              </span>
              <Link href={hrefOf({...place, eventId: one.id}, path)}>{format.visible(one.name)}</Link>
              <span class="hint">{format.visible(whereOf(one))}</span>
            </li>
          ))}
        </ol>
      )}
      <p class="hint">
        {polled.data?.next_cursor != null && `The newest ${kRows} of six hours around. `}
        <Link href={everything}>All in {place.range.title}</Link>
      </p>
    </section>
  );
}

const whereOf = (event: StoredEvent) => event.path === '' ? event.source : event.path;
