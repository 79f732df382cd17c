// A page of dead letters, to choose from: by its box, a range with shift, all on the page, or all
// that match.
import type {DeadLetter} from 'model';

import * as format from '../format';
import {go} from '../place';
import {hrefOfQueue, type QueuePlace} from '../queue_place';
import {at} from './dead_reasons';
import {whatText} from './letter_dialog';
import {Link} from './link';
import {PickAll, PickBox, usePick} from './pick_box';

interface Props {
  letters: DeadLetter[];
  place: QueuePlace;
  picked: ReadonlySet<string>;
  mayChange: boolean;
  nowMs: number;
  onPick: (ids: Set<string>) => void;
}

export function DeadTable({letters, place, picked, mayChange, nowMs, onPick}: Props) {
  const ids = letters.map(({id}) => id);
  const pick = usePick({ids, picked, onPick});
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label="Dead letters, newest first">
      <table class="rows letter-table">
        <thead>
          <tr>
            {mayChange && <PickAll ids={ids} picked={picked} onPick={onPick} />}
            <th class="at">Set aside</th><th>Reason</th><th>Message</th><th class="size">Size</th>
          </tr>
        </thead>
        <tbody>{letters.map((letter, i) => {
          const href = hrefOfQueue({...place, letter: letter.id});
          return (
            <tr key={letter.id} aria-selected={picked.has(letter.id)} onClick={() => go(href)}>
              {mayChange && (
                <PickBox isPicked={picked.has(letter.id)} label={`Choose: ${letter.reason}`}
                         onPick={(isOn, isRange) => pick(i, isOn, isRange)} />
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
