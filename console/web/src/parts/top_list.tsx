// The most frequent values of a dimension, as bars that are links: a click filters by the value.
// A card shows one of several dimensions.
import {useState} from 'preact/hooks';

import {get} from '../api';
import {type Dimension, kDimensionTitles} from '../dimensions';
import {hrefOf, type Place, queryOf, questionOf} from '../place';
import {usePoll} from '../poll';
import {CardBody} from './card';
import {Link} from './link';
import {TopBars} from './top_bars';
import {TopDetails} from './top_details';

export interface Card {
  name: string;
  title: string;
  dimensions: readonly [Dimension, ...Dimension[]];
}

export const kCards: Card[] = [
  {name: 'pages', title: 'Pages', dimensions: ['path', 'name', 'host']},
  {name: 'sources', title: 'Sources', dimensions: ['referrer', 'campaign', 'source']},
  {name: 'clients', title: 'Clients', dimensions: ['browser', 'os', 'device', 'country']},
];

export function shownDimension(card: Card, place: Place): Dimension {
  const chosen = place.tabs[card.name];
  return chosen && card.dimensions.includes(chosen) ? chosen : card.dimensions[0];
}

interface Props {
  card: Card;
  place: Place;
  total: number | null;  // Events of the range, where that is known.
}

const kRows = 8;

export function TopList({card, place, total}: Props) {
  const dimension = shownDimension(card, place);
  const [isOpen, setOpen] = useState(false);
  const polled = usePoll(`${questionOf(place)} ${dimension}`, (signal) => get(
      '/stats/top', `?${queryOf(place, Date.now())}&dimension=${dimension}&limit=${kRows}`,
      signal));
  return (
    <section class="card top" aria-labelledby={`top-${card.name}`}>
      <header class="card-head">
        <h2 id={`top-${card.name}`}>{card.title}</h2>
        {card.dimensions.length > 1 && (
          <nav class="tabs" aria-label={`What ${card.title} lists`}>
            {card.dimensions.map((one) => (
              <Link key={one} isCurrent={one === dimension}
                    href={hrefOf(withTab(place, card, one))}>
                {kDimensionTitles[one]}
              </Link>
            ))}
          </nav>
        )}
      </header>
      <CardBody polled={polled}>{({rows}) => rows.length === 0 ?
        <p class="card-empty">{emptyText(dimension, total)}</p> :
        <TopBars dimension={dimension} rows={rows} total={total} place={place} />}</CardBody>
      {polled.data !== null && polled.data.rows.length > 0 && (
        <p class="more">
          <button type="button" class="button" onClick={() => setOpen(true)}>
            Details<span class="aside"> of {kDimensionTitles[dimension]}</span>
          </button>
        </p>
      )}
      {isOpen && (
        <TopDetails dimension={dimension} place={place} total={total}
                    onClose={() => setOpen(false)} />
      )}
    </section>
  );
}

function emptyText(dimension: Dimension, total: number | null): string {
  return dimension === 'country' && total !== null && total > 0 ?
      'None known. Countries are looked up in the file that store.geoip_database names.' :
      'None in this range.';
}

function withTab(place: Place, card: Card, dimension: Dimension): Place {
  const tabs = {...place.tabs};
  delete tabs[card.name];
  if (dimension !== card.dimensions[0]) tabs[card.name] = dimension;
  return {...place, tabs};
}
