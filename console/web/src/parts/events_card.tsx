// The newest events. A row's link opens the event in full; a click anywhere on the row does too.
import * as format from '../format';
import type {StoredEvent} from '../model';
import {go, hrefOf, type Place} from '../place';
import {Link} from './link';

interface Props {
  place: Place;
  events: StoredEvent[];
  nowMs: number;
}

export function EventsCard({place, events, nowMs}: Props) {
  return (
    <section class="card events" aria-labelledby="events-title">
      <header class="card-head"><h2 id="events-title">Newest events</h2></header>
      {events.length === 0 ?
        <p class="card-empty">None in this range.</p> :
        <table class="rows">
          <thead>
            <tr>
              <th>Time</th><th>Event</th><th>Path</th><th class="wide">Referrer</th>
              <th class="wide">Browser</th><th class="wide">Country</th>
            </tr>
          </thead>
          <tbody>{events.map((event) => (
            <Row key={event.id} event={event} nowMs={nowMs}
                 href={hrefOf({...place, eventId: event.id})} />
          ))}</tbody>
        </table>}
    </section>
  );
}

function Row({event, href, nowMs}: {event: StoredEvent, href: string, nowMs: number}) {
  const text = (value: string) => value === '' ? <span class="none">–</span> : value;
  return (
    <tr onClick={() => go(href)}>
      <td class="when" title={format.fullTime(event.occurred_at)}>
        {format.time(event.occurred_at, nowMs)}
      </td>
      <td class="name">
        <Link href={href}>{event.name}</Link>
        {event.is_bot && <span class="badge">bot</span>}
      </td>
      <td class="path" title={event.url}>{text(event.path)}</td>
      <td class="wide">{text(event.referrer_host)}</td>
      <td class="wide">{text(event.browser)}</td>
      <td class="wide">{event.country === '' ? text('') : format.country(event.country)}</td>
    </tr>
  );
}
