// The newest events. A row's link opens the event in full; a click anywhere on the row does too.
import type {Event as StoredEvent} from 'model';

import {get} from '../api';
import * as format from '../format';
import {go, hrefOf, type Place, queryOf, questionOf, withFilter} from '../place';
import {usePoll} from '../poll';
import {CardBody} from './card';
import {Link} from './link';

const kRows = 12;

export function EventsCard({place, nowMs}: {place: Place, nowMs: number}) {
  const polled = usePoll(questionOf(place), (signal) =>
      get('/events', {...queryOf(place, Date.now()), limit: kRows}, signal));
  return (
    <section class="card events" aria-labelledby="events-title">
      <header class="card-head"><h2 id="events-title">Newest events</h2></header>
      <CardBody polled={polled}>{({events}) => events.length === 0 ?
        <p class="card-empty">None in this range.</p> :
        <table class="rows">
          <thead>
            <tr>
              <th>Time</th><th>Event</th><th>Path</th><th class="wide">Referrer</th>
              <th class="wide">Browser</th><th class="wide">Country</th>
            </tr>
          </thead>
          <tbody>{events.map((event) => (
            <Row key={event.id} event={event} place={place} nowMs={nowMs}
                 href={hrefOf({...place, eventId: event.id})} />
          ))}</tbody>
        </table>}</CardBody>
    </section>
  );
}

// What needs no word: most events are of these.
const kPlainKinds = ['event', 'page'];

interface RowProps {
  event: StoredEvent;
  place: Place;
  href: string;
  nowMs: number;
}

function Row({event, place, href, nowMs}: RowProps) {
  const text = (value: string) => value === '' ? <span class="none">–</span> : value;
  return (
    <tr onClick={() => go(href)}>
      <td class="when" title={format.fullTime(event.occurred_at)}>
        {format.time(event.occurred_at, nowMs)}
      </td>
      <td class="name">
        <Link href={href}>{event.name}</Link>
        {!kPlainKinds.includes(event.kind) && (
          <span onClick={(click) => click.stopPropagation()}>
            <Link class="badge" href={hrefOf(withFilter(place, 'kind', event.kind))}
                  label={`${event.kind}: show only these`}>
              {event.kind}
            </Link>
          </span>
        )}
        {event.is_bot && <span class="badge">bot</span>}
      </td>
      <td class="path" title={event.url}>{text(event.path)}</td>
      <td class="wide">{text(event.referrer_host)}</td>
      <td class="wide">{text(event.browser)}</td>
      <td class="wide">{event.country === '' ? text('') : format.country(event.country)}</td>
    </tr>
  );
}
