// The most frequent values of a list, as bars that are links: a click filters by the value. A card
// shows one of several lists.
import type {Overview} from 'model';
import type {ComponentChildren} from 'preact';
import {useState} from 'preact/hooks';

import {get} from '../api';
import {useBeside} from '../beside';
import type {Card, List} from '../lists';
import {hrefOf, type Place, queryOf, questionOf} from '../place';
import {type Polled, usePoll} from '../poll';
import {CardBody} from './card';
import {laterOver} from './later';
import {Link} from './link';
import {TopBars} from './top_bars';

const TopDetails = laterOver(() => import('./top_details').then((part) => part.TopDetails));

interface CardProps {
  card: Card;
  place: Place;
  range: Polled<Overview>;  // Whose events the rows are shares of.
}

export function TopCard({card, place, range}: CardProps) {
  const list = card.lists.find((one) => one.name === place.tabs[card.name]) ?? card.lists[0];
  return (
    <TopList name={card.name} title={card.title} list={list} place={place} range={range}>
      <nav class="tabs" aria-label={`What ${card.title} lists`}>
        {card.lists.map((one) => (
          <Link key={one.name} isCurrent={one === list} href={hrefOf(withTab(place, card, one))}>
            {one.title}
          </Link>
        ))}
      </nav>
    </TopList>
  );
}

interface ListProps {
  name: string;
  title: string;
  list: List | null;  // Null where none is chosen.
  place: Place;
  range: Polled<Overview>;
  children: ComponentChildren;  // What chooses one.
}

const kRows = 8;

export function TopList({name, title, list, place, range, children}: ListProps) {
  const [isOpen, setOpen] = useState(false);
  const question = list === null ? null : `${questionOf(place)} ${list.name}`;
  const polled = usePoll(question, (signal) => get(
      list!.path, {...queryOf(place, Date.now()), dimension: list!.dimension, limit: kRows}, signal));
  const all = useBeside(polled, range);
  // Of events at the ends of visits, the range's number is not the sum.
  const sum = list?.path === '/stats/top' ? all?.totals.events ?? null : null;
  return (
    <section class="card top" aria-labelledby={`top-${name}`}>
      <header class="card-head">
        <h2 id={`top-${name}`}>{title}</h2>
        {children}
      </header>
      {list && (
        <CardBody polled={polled}>{({rows}) => (
          <>
            {rows.length === 0 ? <p class="card-empty">None in this range.</p> :
              <TopBars list={list} rows={rows} total={sum} place={place} />}
            {list.name === 'country' && rows.every((row) => row.value === '') && (
              <p class="card-empty">
                Countries are looked up in the file that store.geoip_database names.
              </p>
            )}
          </>
        )}</CardBody>
      )}
      {list && polled.data !== null && polled.data.rows.length > 0 && (
        <p class="more">
          <button type="button" class="button" onClick={() => setOpen(true)}>
            Details<span class="aside"> of {list.title}</span>
          </button>
        </p>
      )}
      {list && isOpen && (
        <TopDetails list={list} place={place} total={sum} onClose={() => setOpen(false)} />
      )}
    </section>
  );
}

function withTab(place: Place, card: Card, list: List): Place {
  const tabs = {...place.tabs};
  delete tabs[card.name];
  if (list !== card.lists[0]) tabs[card.name] = list.name;
  return {...place, tabs};
}
