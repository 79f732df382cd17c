// The filters in force; each can be taken away.
import {dimensionValue} from '../format';
import {kDimensionTitles} from '../dimensions';
import {hrefOf, type Place, withoutFilter} from '../place';
import {Icon} from './icons';
import {Link} from './link';

export function FilterBar({place}: {place: Place}) {
  if (place.filters.length === 0) return null;
  return (
    <div class="filters" role="group" aria-label="Filters">
      {place.filters.map(({dimension, value}) => (
        <Link key={dimension} class="chip" href={hrefOf(withoutFilter(place, dimension))}
              label={`Remove the filter ${kDimensionTitles[dimension]} is ${
                  dimensionValue(dimension, value)}`}>
          <span class="chip-name">{kDimensionTitles[dimension]}</span>
          <span class="chip-value">{dimensionValue(dimension, value)}</span>
          <Icon name="close" />
        </Link>
      ))}
      {place.filters.length > 1 && (
        <Link class="chip-clear" href={hrefOf({...place, filters: []})}>Clear all</Link>
      )}
    </div>
  );
}
