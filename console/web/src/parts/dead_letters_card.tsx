// Why messages could not be stored, and how many of each reason; what is done with them is on the
// page of the queue. What they hold came from strangers: it is put in as text, as everything here.
import type {DeadReasons} from 'model';

import * as format from '../format';
import {Link} from './link';

const kRows = 5;

export function DeadLettersCard({reasons, nowMs}: {reasons: DeadReasons, nowMs: number}) {
  const more = reasons.groups.length - kRows;
  return (
    <section class="card letters" aria-labelledby="letters-title">
      <header class="card-head">
        <h2 id="letters-title">Dead letters</h2>
        <Link href="/queue?tab=dead">Look at all {format.count(reasons.total)}</Link>
      </header>
      <ul>{reasons.groups.slice(0, kRows).map(({reason, detail, count, newest}) => (
        <li key={reason} title={detail}>
          <Link href={`/queue?tab=dead&reason=${encodeURIComponent(reason)}`}>
            {format.visible(reason)}
          </Link>
          <span class="letter-note">
            {format.count(count)}{newest === null ? '' : `, newest ${format.time(newest, nowMs)}`}
          </span>
        </li>
      ))}</ul>
      {more > 0 && <p class="card-empty">and {format.count(more)} more reasons</p>}
    </section>
  );
}
