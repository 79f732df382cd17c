// Values with how often they came, as bars that are links: a click filters by the value.
import type {TopRow} from 'model';

import {isSame} from '../filters';
import * as format from '../format';
import type {List} from '../lists';
import {hrefOf, type Place, withFilter} from '../place';
import {Link} from './link';

interface Props {
  list: List;
  rows: TopRow[];
  total: number | null;  // Events of the range, where that is known.
  place: Place;
}

export function TopBars({list: {dimension}, rows, total, place}: Props) {
  return (
    <ol class="bars">
      {rows.map((row) => (
        <li key={row.value}>
          <Bar dimension={dimension} row={row} most={rows[0]?.events ?? 0} total={total}
               place={place} />
        </li>
      ))}
    </ol>
  );
}

interface BarProps {
  dimension: string;
  row: TopRow;
  most: number;
  total: number | null;
  place: Place;
}

function Bar({dimension, row, most, total, place}: BarProps) {
  const value = format.dimensionValue(dimension, row.value);
  const own = {name: dimension, sign: '=', value: row.value} as const;
  const isFilter = place.filters.some((filter) => isSame(filter, own));
  return (
    <Link class="bar" isCurrent={isFilter} href={hrefOf(withFilter(place, dimension, row.value))}>
      <span class="bar-fill" style={{width: `${100 * row.events / (most || 1)}%`}} />
      <span class={row.value === '' ? 'bar-value bar-unknown' : 'bar-value'} title={value}>
        {value}
      </span>{' '}
      <span class="bar-share">{total === null ? '' : format.share(row.events, total)}</span>{' '}
      {row.visitors !== undefined && (
        <>
          <span class="bar-visitors">{format.axis(row.visitors)}</span>
          <span class="aside"> visitors</span>{' '}
        </>
      )}
      <span class="bar-count">{format.axis(row.events)}</span>
      <span class="aside"> events. Show only these</span>
    </Link>
  );
}
