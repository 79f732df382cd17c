// The time range: one of five, by link or by its digit key.
import {hrefOf, type Place, withRange} from '../place';
import {kRanges} from '../ranges';
import {Link} from './link';

export function RangePicker({place, path = '/'}: {place: Place, path?: string}) {
  return (
    <nav class="segments" aria-label="Time range">
      {kRanges.map((range) => (
        <Link key={range.name} href={hrefOf(withRange(place, range), path)} isCurrent={range === place.range}
              label={`${range.label}, ${range.title}`}>
          {range.name}
        </Link>
      ))}
    </nav>
  );
}
