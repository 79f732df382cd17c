// Events as rows of chosen columns. A row's link opens the event in full; a click anywhere on the
// row does too.
import type {Event as StoredEvent} from 'model';

import {cellText, kColumns} from '../columns';
import * as format from '../format';
import {go, hrefOf, type Place, withFilter} from '../place';
import {Link} from './link';
import {PickAll, PickBox, type Picks, usePick} from './pick_box';

interface Props {
  events: StoredEvent[];
  columns: string[];
  place: Place;
  path: string;
  picks: Picks | null;  // Null: none is chosen.
}

export function EventTable({events, columns, place, path, picks}: Props) {
  const ids = events.map(({id}) => id);
  const rows = {ids, picked: picks?.picked ?? new Set<string>(), onPick: picks?.onPick ?? (() => {})};
  const pick = usePick(rows);
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label="Events, newest first">
      <table class="rows rows-wide">
        <thead>
          <tr>
            {picks && <PickAll {...rows} />}
            <th scope="col" class="when">Time</th><th scope="col" class="name">Event</th>
            {columns.map((name) => <th key={name} scope="col">{kColumns[name]!.title}</th>)}
          </tr>
        </thead>
        <tbody>
          {events.map((event, i) => (
            <Row key={event.id} event={event} columns={columns} place={place} path={path}
                 isPicked={picks && picks.picked.has(event.id)}
                 onPick={(isOn, isRange) => pick(i, isOn, isRange)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

// What needs no word: most events are of these.
const kPlainKinds = ['event', 'page'];

interface RowProps {
  event: StoredEvent;
  columns: string[];
  place: Place;
  path: string;
  isPicked: boolean | null;  // Null: it cannot be.
  onPick: (isOn: boolean, isRange: boolean) => void;
}

function Row({event, columns, place, path, isPicked, onPick}: RowProps) {
  const href = hrefOf({...place, eventId: event.id}, path);
  return (
    <tr onClick={() => go(href)} aria-selected={isPicked ?? undefined}>
      {isPicked !== null && (
        <PickBox isPicked={isPicked} onPick={onPick}
                 label={`Choose ${event.name} of ${format.fullTime(event.occurred_at)}`} />
      )}
      <td class="when" title={format.fullTime(event.occurred_at)}>
        {format.listTime(event.occurred_at)}
      </td>
      <td class="name">
        <Link href={href}>{format.visible(event.name)}</Link>
        {!kPlainKinds.includes(event.kind) && (
          <span onClick={(click) => click.stopPropagation()}>
            <Link class="badge" href={hrefOf(withFilter(place, 'kind', event.kind), path)}
                  label={`${event.kind}: show only these`}>
              {event.kind}
            </Link>
          </span>
        )}
        {event.is_bot && <span class="badge">bot</span>}
      </td>
      {columns.map((name) => {
        const text = cellText(event, name);
        return (
          <td key={name} title={text}>{text === '' ? <span class="none">–</span> : text}</td>
        );
      })}
    </tr>
  );
}
