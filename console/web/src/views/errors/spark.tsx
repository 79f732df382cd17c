// A row's course through the range, too small for an axis; its numbers stand beside it.
import type {ErrorGroup} from 'model';

import {sparkPath} from '../../error_text';
import * as format from '../../format';

export function Spark({trend}: {trend: NonNullable<ErrorGroup['trend']> | null}) {
  if (trend === null || trend.events.length === 0) return <span class="none">–</span>;
  const most = Math.max(...trend.events);
  return (
    <svg class="err-spark" viewBox="0 0 100 24" preserveAspectRatio="none" role="img"
         aria-label={`At most ${format.count(most)} at a time`}>
      <path d={sparkPath(trend.events)} />
    </svg>
  );
}
