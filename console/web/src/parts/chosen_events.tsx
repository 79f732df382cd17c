// What is done with chosen events: they are deleted, by whoever types how many.
import {useState} from 'preact/hooks';

import {newCount} from '../dead_acts';
import {
  allEvents, type ChosenEvents, countOfEvents, deleteEvents,
} from '../event_deletes';
import * as format from '../format';
import type {Place} from '../place';
import {refresh} from '../poll';
import {AskDelete} from './ask_delete';
import {Notice} from './notice';

interface Props {
  place: Place;
  picked: ReadonlySet<string>;
  hasMore: boolean;  // Than the page shows.
  onNone: () => void;
}

export function ChosenEventsBar({place, picked, hasMore, onNone}: Props) {
  const [all, setAll] = useState<ChosenEvents | null>(null);
  const [note, setNote] = useState<string | null>(null);  // Of the question, once it is open.
  const [deleted, setDeleted] = useState<number | null>(null);  // While it is done.
  const [done, setDone] = useState('');
  const [failure, setFailure] = useState('');
  const chosen: ChosenEvents = all ?? {kind: 'some', ids: [...picked]};
  const count = countOfEvents(chosen);
  const clear = () => {
    setAll(null);
    onNone();
  };
  const chooseAll = async () => {
    setFailure('');
    try {
      setAll(await allEvents(place));
    } catch (error) {
      setFailure(format.sentence(String((error as Error).message)));
    }
  };
  const run = async () => {
    let gone = 0;
    setDeleted(0);
    setFailure('');
    setDone('');
    try {
      gone = await deleteEvents(chosen, (some) => setDeleted(gone = some));
      setNote(null);
      setDone(`${format.count(gone)} deleted.`);
      clear();
    } catch (error) {
      const now = newCount(error);
      if (now !== null && chosen.kind === 'all') {
        setAll({...chosen, count: now});
        setNote(`There are ${format.count(now)} now, not ${format.count(chosen.count)}.`);
      } else {
        setNote(null);
        const before = gone > 0 ? `${format.count(gone)} were deleted before. ` : '';
        setFailure(before + format.sentence(String((error as Error).message)));
      }
    } finally {
      setDeleted(null);
      refresh();
    }
  };
  return (
    <>
      {failure !== '' && <Notice kind="error" title="Not all is done.">{failure}</Notice>}
      {done !== '' && (
        <Notice kind="info" title={done} action={{text: 'Close', run: () => setDone('')}}>{''}</Notice>
      )}
      {count > 0 && (
        <div class="chosen-bar">
          <span role="status">{format.count(count)} chosen</span>
          <button type="button" class="button" onClick={clear}>None</button>
          {all === null && hasMore && (
            <button type="button" class="button" onClick={() => void chooseAll()}>
              All that match
            </button>
          )}
          <button type="button" class="button" onClick={() => setNote('')}>Delete</button>
        </div>
      )}
      {note !== null && (
        <AskDelete one="event" count={count} losing=""
                   of={deleted ? `(${format.count(deleted)} already are)` : ''} note={note}
                   isBusy={deleted !== null} onConfirm={() => void run()}
                   onClose={() => setNote(null)} />
      )}
    </>
  );
}
