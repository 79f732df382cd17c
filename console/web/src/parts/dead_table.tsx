// A page of dead letters, to choose from: by its box, a range with shift, all on the page, or all
// that match.
import type {DeadLetter} from 'model';
import {useRef} from 'preact/hooks';

import * as format from '../format';
import {go} from '../place';
import {hrefOfQueue, type QueuePlace} from '../queue_place';
import {at} from './dead_reasons';
import {whatText} from './letter_dialog';
import {Link} from './link';

interface Props {
  letters: DeadLetter[];
  place: QueuePlace;
  picked: ReadonlySet<string>;
  mayChange: boolean;
  nowMs: number;
  onPick: (ids: Set<string>) => void;
}

export function DeadTable({letters, place, picked, mayChange, nowMs, onPick}: Props) {
  const last = useRef<string | null>(null);  // Where a range begins.
  const pick = (index: number, isOn: boolean, isRange: boolean) => {
    const from = isRange ? letters.findIndex(({id}) => id === last.current) : -1;
    const [first, end] = from < 0 ? [index, index] : [Math.min(from, index), Math.max(from, index)];
    const ids = new Set(picked);
    for (const {id} of letters.slice(first, end + 1)) isOn ? ids.add(id) : ids.delete(id);
    last.current = letters[index]!.id;
    onPick(ids);
  };
  const count = letters.filter(({id}) => picked.has(id)).length;
  const isAll = count === letters.length;
  const pickPage = () => onPick(new Set(isAll ? [] : letters.map(({id}) => id)));
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label="Dead letters, newest first">
      <table class="rows letter-table">
        <thead>
          <tr>
            {mayChange && (
              <th class="pick">
                <input type="checkbox" aria-label="All on this page" checked={isAll}
                       indeterminate={count > 0 && !isAll}
                       onChange={pickPage} />
              </th>
            )}
            <th class="at">Set aside</th><th>Reason</th><th>Message</th><th class="size">Size</th>
          </tr>
        </thead>
        <tbody>{letters.map((letter, i) => {
          const href = hrefOfQueue({...place, letter: letter.id});
          return (
            <tr key={letter.id} aria-selected={picked.has(letter.id)} onClick={() => go(href)}>
              {mayChange && (
                <td class="pick" onClick={(click) => click.stopPropagation()}>
                  <input type="checkbox" checked={picked.has(letter.id)}
                         aria-label={`Choose: ${letter.reason}`}
                         onClick={(click) =>
                           pick(i, click.currentTarget.checked, click.shiftKey)} />
                </td>
              )}
              <td class="at when">{at(letter.at, nowMs)}</td>
              <td class="name" title={letter.detail}>
                <Link href={href}>{format.visible(letter.reason)}</Link>
              </td>
              <td title={whatText(letter.form, letter.total_events)}>{startOf(letter)}</td>
              <td class="size">{format.bytes(letter.bytes)}</td>
            </tr>
          );
        })}</tbody>
      </table>
    </div>
  );
}

// What a message says, in a few words: its events' names where they can be read.
export function startOf(
    {events, message, total_events}: Pick<DeadLetter, 'events' | 'message' | 'total_events'>) {
  if (events.length === 0) return <code>{format.messageStart(message)}</code>;
  const names = [...new Set(events.map(({name}) => format.visible(name)))];
  const shown = names.slice(0, 3).join(', ');
  return <>{total_events > 1 ? `${format.count(total_events)} events: ` : ''}{shown}{
    names.length > 3 ? ' …' : ''}</>;
}
