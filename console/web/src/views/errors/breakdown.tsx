// Where a group's events come from: the most frequent releases, environments, browsers and addresses.
import {useState} from 'preact/hooks';

import {get} from '../../api';
import * as format from '../../format';
import {CardBody} from '../../parts/card';
import {Link} from '../../parts/link';
import {hrefOf, type Place, queryOf, questionOf, withFilter} from '../../place';
import {usePoll} from '../../poll';

const kLists: [string, string][] = [
  ['properties.release', 'Release'], ['properties.environment', 'Environment'],
  ['browser', 'Browser'], ['os', 'System'], ['path', 'Path'],
];
const kRows = 6;

export function Breakdown({place}: {place: Place}) {
  const [dimension, setDimension] = useState(kLists[0]![0]);
  const polled = usePoll(`${questionOf(place)} ${dimension}`, (signal) => get(
      '/stats/top', {...queryOf(place, Date.now()), dimension, limit: kRows}, signal));
  return (
    <section class="card" aria-labelledby="breakdown-title">
      <header class="card-head">
        <h2 id="breakdown-title">By</h2>
        <select class="choice" aria-label="What events are counted by" value={dimension}
                onChange={(event) => setDimension(event.currentTarget.value)}>
          {kLists.map(([name, title]) => (
            <option key={name} value={name} selected={name === dimension}>{title}</option>
          ))}
        </select>
      </header>
      <CardBody polled={polled}>{({rows}) => rows.length === 0 ?
        <p class="card-empty">None in {place.range.title}.</p> :
        <ol class="bars">{rows.map(({value, events}) => (
          <li key={value}>
            <Link class="bar" href={hrefOf(withFilter(place, dimension, value), '/events')}>
              <span class="bar-fill" style={{width: `${100 * events / (rows[0]!.events || 1)}%`}} />
              <span class={value === '' ? 'bar-value bar-unknown' : 'bar-value'}>
                {format.dimensionValue(dimension, value)}
              </span>{' '}
              <span class="bar-count">{format.axis(events)}</span>
              <span class="aside"> events. Show them</span>
            </Link>
          </li>
        ))}</ol>}</CardBody>
    </section>
  );
}
