// Why dead letters lie there: each reason with how many there are of it, and what is done with all
// of them at once.
import type {DeadReason, DeadReasons} from 'model';

import * as format from '../format';
import type {Chosen} from '../dead_acts';
import {hrefOfQueue, type QueuePlace} from '../queue_place';
import {Link} from './link';

interface Props {
  reasons: DeadReasons;
  place: QueuePlace;
  mayChange: boolean;
  isBusy: boolean;
  nowMs: number;
  onRetry: (chosen: Chosen) => void;
  onDelete: (chosen: Chosen) => void;
}

export function ReasonTable({reasons, place, mayChange, isBusy, nowMs, onRetry, onDelete}: Props) {
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label="Dead letters by reason">
      <table class="rows letter-table">
        <thead>
          <tr>
            <th>Reason</th><th class="size">Letters</th><th class="at">Newest</th>
            <th class="at">Oldest</th>
            {mayChange && <th class="row-acts"><span class="aside">Acts</span></th>}
          </tr>
        </thead>
        <tbody>{reasons.groups.map((group) => (
          <tr key={group.reason} aria-selected={group.reason === place.reason}>
            <td class="name" title={group.detail}>
              <Link href={hrefOfQueue({...place, letter: null, search: '',
                                       reason: group.reason === place.reason ? '' : group.reason})}>
                {format.visible(group.reason)}
              </Link>
            </td>
            <td class="size">{format.count(group.count)}</td>
            <td class="at when">{at(group.newest, nowMs)}</td>
            <td class="at when">{at(group.oldest, nowMs)}</td>
            {mayChange && (
              <td class="row-acts">
                <button type="button" class="button" disabled={isBusy || group.ours === 0}
                        aria-label={`Retry all: ${group.reason}`}
                        onClick={() => onRetry(allOf(group))}>
                  Retry all
                </button>{' '}
                <button type="button" class="button" disabled={isBusy || group.ours === 0}
                        aria-label={`Delete all: ${group.reason}`}
                        onClick={() => onDelete(allOf(group))}>
                  Delete all
                </button>
              </td>
            )}
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}

const allOf = (group: DeadReason): Chosen =>
    ({kind: 'all', reason: group.reason, search: '', count: group.ours});

export const at = (ms: number | null, nowMs: number) =>
    ms === null ? '–' : <time title={format.fullTime(ms)}>{format.time(ms, nowMs)}</time>;
