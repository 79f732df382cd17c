// A page of groups, to choose from: by its box, a range with shift, or all on the page.
import type {ErrorGroup} from 'model';
import {useRef} from 'preact/hooks';

import {type ErrorPlace, hrefOfErrors} from '../../error_place';
import {stateText, untilText} from '../../error_text';
import * as format from '../../format';
import {useKey} from '../../keys';
import {Link} from '../../parts/link';
import {go, type Place} from '../../place';
import {Spark} from './spark';

interface Props {
  groups: ErrorGroup[];
  place: Place;
  errors: ErrorPlace;
  picked: ReadonlySet<number>;
  mayChange: boolean;
  onPick: (ids: ReadonlySet<number>) => void;
}

export function ErrorTable({groups, place, errors, picked, mayChange, onPick}: Props) {
  const last = useRef<number | null>(null);  // Where a range begins.
  const pick = (index: number, isOn: boolean, isRange: boolean) => {
    const from = isRange ? groups.findIndex(({id}) => id === last.current) : -1;
    const [first, end] = from < 0 ? [index, index] : [Math.min(from, index), Math.max(from, index)];
    const ids = new Set(picked);
    for (const {id} of groups.slice(first, end + 1)) isOn ? ids.add(id) : ids.delete(id);
    last.current = groups[index]!.id;
    onPick(ids);
  };
  // Of the row whose link has the focus.
  useKey('x', () => {
    const row = document.activeElement?.closest<HTMLElement>('tr[data-id]');
    const index = groups.findIndex(({id}) => String(id) === row?.dataset['id']);
    if (mayChange && index >= 0) pick(index, !picked.has(groups[index]!.id), false);
  });
  const count = groups.filter(({id}) => picked.has(id)).length;
  const isAll = count === groups.length;
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label="Groups of errors">
      <table class="rows letter-table err-table">
        <thead>
          <tr>
            {mayChange && (
              <th class="pick">
                <input type="checkbox" aria-label="All on this page" checked={isAll}
                       indeterminate={count > 0 && !isAll}
                       onChange={() => onPick(new Set(isAll ? [] : groups.map(({id}) => id)))} />
              </th>
            )}
            <th>Error</th><th class="err-trend">Trend</th>
            <th class="err-n">Events</th><th class="err-n">Users</th><th class="err-n">Of all time</th>
            <th class="err-seen">Seen</th><th class="err-who">Assigned to</th>
          </tr>
        </thead>
        <tbody>{groups.map((group, i) => {
          const href = hrefOfErrors(place, {...errors, id: group.id, sample: ''});
          return (
            <tr key={group.id} data-id={group.id} aria-selected={picked.has(group.id)}
                onClick={() => go(href)}>
              {mayChange && (
                <td class="pick" onClick={(click) => click.stopPropagation()}>
                  <input type="checkbox" checked={picked.has(group.id)}
                         aria-label={`Choose: ${format.visible(group.class)}`}
                         onClick={(click) =>
                           pick(i, click.currentTarget.checked, click.shiftKey)} />
                </td>
              )}
              <td class="name err-name">
                <Link href={href}>{format.visible(group.class)}</Link>
                <StateBadge group={group} />
                <p class="err-message">{format.visible(group.message)}</p>
                <p class="hint">{whereText(group, place.project === '')}</p>
              </td>
              <td class="err-trend"><Spark trend={group.trend ?? null} /></td>
              <td class="err-n">{known(group.events)}</td>
              <td class="err-n">{known(group.users)}</td>
              <td class="err-n">{format.axis(group.count)}</td>
              <td class="when err-seen">
                <time title={format.fullTime(group.last_seen_at)}>{ago(group.last_seen_at)}</time>
                <p class="hint" title={format.fullTime(group.first_seen_at)}>
                  first {ago(group.first_seen_at)}
                </p>
              </td>
              <td class="err-who">{group.assignee === null ? <span class="none">–</span> :
                  format.visible(group.assignee)}</td>
            </tr>
          );
        })}</tbody>
      </table>
    </div>
  );
}

const known = (n: number | null | undefined) =>
    n === null || n === undefined ? <span class="none">–</span> : format.axis(n);

// Times of a list of errors are told as ages: how fresh one is, is what one looks for.
export const ago = (ms: number) => {
  const seconds = (Date.now() - ms) / 1000;
  return seconds < 1 ? 'just now' : `${format.duration(seconds)} ago`;
};

const whereText = ({project, place, last_release: release}: ErrorGroup, hasProject: boolean) =>
    [hasProject ? project : null, place, release].filter((one) => one !== null)
        .map((one) => format.visible(one!)).join(' · ');

export function StateBadge({group}: {group: ErrorGroup}) {
  const isBack = group.state === 'open' && group.reopened_by !== null;
  if (group.state === 'open' && !isBack) return null;
  return (
    <span class={isBack ? 'badge err-back' : 'badge'} title={untilText(group)}>{stateText(group)}</span>
  );
}
