// The newest events of a group in the range: one of them is shown above, each can be opened.
import type {ErrorGroup} from 'model';

import {get} from '../../api';
import {type ErrorPlace, hrefOfErrors, rangeQuery} from '../../error_place';
import * as format from '../../format';
import {CardBody} from '../../parts/card';
import {Link} from '../../parts/link';
import {go, type Place, questionOf} from '../../place';
import {usePoll} from '../../poll';

const kRows = 20;

interface Props {
  group: ErrorGroup;
  place: Place;
  errors: ErrorPlace;
  allHref: string;
}

export function SamplesCard({group, place, errors, allHref}: Props) {
  const polled = usePoll(`${questionOf(place)} ${group.id}`, (signal) => get(
      '/errors/{id}/samples', {id: group.id, ...rangeQuery(place), limit: kRows}, signal));
  const current = errors.sample || group.sample;
  const text = (properties: Record<string, unknown>, name: string) =>
      typeof properties[name] === 'string' ? format.visible(properties[name]) : '';
  return (
    <section class="card" aria-labelledby="samples-title">
      <header class="card-head">
        <h2 id="samples-title">Events</h2>
        <div class="card-tools"><Link class="button" href={allHref}>All in Events</Link></div>
      </header>
      <CardBody polled={polled}>{({events}) => events.length === 0 ?
        <p class="card-empty">None in {place.range.title}.</p> :
        <div class="scroll-x" tabIndex={0} role="region" aria-label="Its events, newest first">
          <table class="rows err-samples">
            <thead>
              <tr><th>Time</th><th>Message</th><th>Release</th><th>User</th><th>Browser</th></tr>
            </thead>
            <tbody>{events.map((event) => {
              const href = hrefOfErrors(place, {...errors, sample: event.id});
              return (
                <tr key={event.id} aria-selected={event.id === current} onClick={() => go(href)}>
                  <td class="when name" title={format.fullTime(event.occurred_at)}>
                    <Link href={href}>{format.listTime(event.occurred_at)}</Link>
                  </td>
                  <td>{text(event.properties, 'message') || format.visible(event.name)}</td>
                  <td>{text(event.properties, 'release') || <span class="none">–</span>}</td>
                  <td>{format.visible(event.user_id || event.anonymous_id) ||
                    <span class="none">–</span>}</td>
                  <td>{format.visible(event.browser) || <span class="none">–</span>}</td>
                </tr>
              );
            })}</tbody>
          </table>
        </div>}</CardBody>
    </section>
  );
}
