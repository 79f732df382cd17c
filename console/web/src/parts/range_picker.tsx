// The time range: one of five, by link or by its digit key.
import {hrefOf, kRanges, type Place} from '../place';
import {Link} from './link';

export function RangePicker({place, path = '/'}: {place: Place, path?: string}) {
  return (
    <nav class="segments" aria-label="Time range">
      {kRanges.map((range) => (
        <Link key={range.name} href={hrefOf({...place, range}, path)} isCurrent={range === place.range}
              label={range.title.charAt(0).toUpperCase() + range.title.slice(1)}>
          {range.name}
        </Link>
      ))}
    </nav>
  );
}
