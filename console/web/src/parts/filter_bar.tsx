// The filters in force, each of which can be taken away, a form for one more, and the views that are
// kept under a name.
import {useState} from 'preact/hooks';

import {titleOf} from '../dimensions';
import {kSigns, textOf} from '../filters';
import {dimensionValue, visible} from '../format';
import {hrefOf, type Place, withoutFilter} from '../place';
import {Icon} from './icons';
import {laterOver} from './later';
import {Link} from './link';
import {Notice} from './notice';

const SavedViews = laterOver(() => import('./saved_views').then((part) => part.SavedViews));
const AddFilter = laterOver(() => import('./add_filter').then((part) => part.AddFilter));

interface Props {
  place: Place;
  path?: string;
}

export function FilterBar({place, path = '/'}: Props) {
  const [isAdding, setAdding] = useState(false);
  const [isKeeping, setKeeping] = useState(false);
  return (
    <div class="filters" role="group" aria-label="Filters">
      {place.filters.map((filter) => (
        <Link key={textOf(filter)} class="chip" href={hrefOf(withoutFilter(place, filter), path)}>
          <span class="aside">Remove the filter </span>
          <span class="chip-name">{titleOf(filter.name)}</span>{' '}
          <span class={filter.sign === '=' ? 'aside' : 'chip-sign'}>{kSigns[filter.sign]}</span>{' '}
          {filter.sign !== '?' && (
            <span class="chip-value">{dimensionValue(filter.name, filter.value)}</span>
          )}
          <Icon name="close" />
        </Link>
      ))}
      <button type="button" class="chip-add" onClick={() => setAdding(true)}>Add filter</button>
      {place.filters.length > 1 && (
        <Link class="chip-clear" href={hrefOf({...place, filters: []}, path)}>Clear all</Link>
      )}
      <button type="button" class="chip-clear" onClick={() => setKeeping(true)}>Saved views</button>
      {place.unread.length > 0 && (
        <Notice kind="stale" title="Not all of the address is understood.">
          Left out: {visible(place.unread.join(', '))}
        </Notice>
      )}
      {isKeeping && <SavedViews place={place} path={path} onClose={() => setKeeping(false)} />}
      {isAdding && <AddFilter place={place} path={path} onClose={() => setAdding(false)} />}
    </div>
  );
}
