// Messages that could not be stored: why, which, and what is done with them.
import {useEffect, useRef, useState} from 'preact/hooks';
import type {DeadLetter, DeadLetters} from 'model';

import {get} from '../api';
import {
  cameBack, type Chosen, countOf, deleteLetters, type Done, newCount, retry, tell,
} from '../dead_acts';
import * as format from '../format';
import {go} from '../place';
import {refresh, usePoll} from '../poll';
import {deadQuery, hrefOfQueue, type QueuePlace, readQueuePlace} from '../queue_place';
import {AskDelete} from './ask_delete';
import {CardBody} from './card';
import {DeadTable} from './dead_table';
import {ReasonTable} from './dead_reasons';
import {LetterDialog} from './letter_dialog';
import {Link} from './link';
import {Notice} from './notice';

const kRows = 50;

interface Props {
  place: QueuePlace;
  mayChange: boolean;
  nowMs: number;
}

interface Asked {
  chosen: Chosen;
  note: string;
}

export function QueueDead({place, mayChange, nowMs}: Props) {
  const {reason, search} = place;
  const asksFor = deadQuery(place);
  const which = JSON.stringify(asksFor);
  const [cursors, setCursors] = useState<string[]>([]);  // Of the pages before this one.
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [isAllMeant, setAllMeant] = useState(false);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [done, setDone] = useState<Done | null>(null);
  const [failure, setFailure] = useState('');
  const pick = (ids: ReadonlySet<string>) => {
    setPicked(ids);
    setAllMeant(false);
  };
  useEffect(() => {
    setCursors([]);
    pick(new Set());
  }, [which]);

  const reasons = usePoll('reasons', (signal) => get('/queue/dead/reasons', {}, signal));
  const cursor = cursors.at(-1) ?? '';
  const page = usePoll(`${which} ${cursor}`, (signal) => get(
      '/queue/dead', {...asksFor, limit: kRows, cursor: cursor || undefined}, signal));
  const letters = page.data?.letters ?? [];
  const some = letters.filter(({id}) => picked.has(id));
  const ours = page.data?.ours ?? 0;
  const chosen: Chosen = isAllMeant ? {kind: 'all', reason, search, count: ours} :
                                      {kind: 'some', letters: some};
  const show = (letter: string | null) => go(hrefOfQueue({...place, letter}));

  const run = async (act: (chosen: Chosen) => Promise<Done>, those: Chosen) => {
    setBusy(true);
    setFailure('');
    try {
      setDone(await act(those));
      setAsked(null);
      pick(new Set());
      if (place.letter !== null) show(null);
    } catch (error) {
      const count = newCount(error);
      if (count !== null && those.kind === 'all') {
        const told = `There are ${format.count(count)} now, not ${format.count(those.count)}.`;
        if (act === deleteLetters && count > 0) {
          setAsked({chosen: {...those, count}, note: told});
        } else {
          setAsked(null);
          setFailure(`${told} Nothing was done: look again.`);
        }
      } else {
        setAsked(null);
        setFailure(String((error as Error).message));
      }
    } finally {
      setBusy(false);
      refresh();
    }
  };
  const retryThose = (those: Chosen) => void run(retry, those);
  const ask = (those: Chosen) => setAsked({chosen: those, note: ''});
  const openOne = letters.find(({id}) => id === place.letter) ?? null;
  const one = (): Chosen => ({kind: 'some', letters: [openOne ?? ({id: place.letter!} as DeadLetter)]});

  return (
    <>
      {failure !== '' && <Notice kind="error" title="It was not done.">{format.sentence(failure)}</Notice>}
      {done && <Result key={done.atMs} done={done} onClose={() => setDone(null)} />}
      <section class="card" aria-labelledby="reasons-title">
        <header class="card-head"><h2 id="reasons-title">Why</h2></header>
        <CardBody polled={reasons}>{(all) => all.groups.length === 0 ?
          <p class="card-empty">No dead letters: all that came could be stored.</p> :
          <ReasonTable reasons={all} place={place} mayChange={mayChange} isBusy={isBusy} nowMs={nowMs}
                       onRetry={retryThose} onDelete={ask} />}</CardBody>
      </section>
      {(reasons.data?.total !== 0 || reason !== '' || search !== '') && (
        <section class="card" aria-labelledby="letters-title">
          <div class="letter-bar">
            <h2 id="letters-title">{reason === '' ? 'All letters' : format.visible(reason)}</h2>
            {reason !== '' && <Link href={hrefOfQueue({...place, reason: '', letter: null})}>All reasons</Link>}
            <SearchField place={place} />
            <p class="hint" role="status">{page.data && `${format.count(page.data.total)} ${
              page.data.total === 1 ? 'letter' : 'letters'}`}</p>
            {mayChange && (
              <ChosenBar chosen={chosen} page={page.data} isBusy={isBusy}
                         onAll={() => setAllMeant(true)} onNone={() => pick(new Set())}
                         isAllOfPage={some.length > 0 && some.length === letters.length}
                         onRetry={() => retryThose(chosen)} onDelete={() => ask(chosen)} />
            )}
          </div>
          <CardBody polled={page}>{({letters: shown, next}) => (
            <>
              {shown.length === 0 ?
                <p class="card-empty">{next === null ? 'No letter matches.' : 'None on this page.'}</p> :
                <DeadTable letters={shown} place={place} picked={isAllMeant ? everyId(shown) : picked}
                           mayChange={mayChange} nowMs={nowMs} onPick={pick} />}
              {(cursors.length > 0 || next !== null) && (
                <p class="turn">
                  <button type="button" class="button" disabled={cursors.length === 0}
                          onClick={() => turn(cursors.slice(0, -1))}>Newer</button>
                  <button type="button" class="button" disabled={next === null || page.isOld}
                          onClick={() => turn([...cursors, next!])}>Older</button>
                </p>
              )}
            </>
          )}</CardBody>
        </section>
      )}
      {place.letter !== null && asked === null && (
        <LetterDialog key={place.letter} id={place.letter} mayChange={mayChange} isBusy={isBusy}
                      onRetry={() => retryThose(one())} onDelete={() => ask(one())}
                      onEdited={edited} onClose={() => show(null)} />
      )}
      {asked && (
        <AskDelete one="dead letter" losing="with all that is in it" count={countOf(asked.chosen)}
                   of={ofText(asked.chosen)} note={asked.note} isBusy={isBusy} onConfirm={() => void run(deleteLetters, asked.chosen)}
                   onClose={() => setAsked(null)} />
      )}
    </>
  );

  function turn(to: string[]) {
    setCursors(to);
    pick(new Set());
  }
  function edited(atMs: number, message: string) {
    const chosen: Chosen = {kind: 'some', letters: [{message} as DeadLetter]};
    setDone({verb: 'retried', count: 1, gone: 0, atMs, chosen});
    show(null);
    refresh();
  }
}

const everyId = (letters: DeadLetter[]) => new Set(letters.map(({id}) => id));

function ofText(chosen: Chosen): string {
  if (chosen.kind === 'some') return '';
  const {reason, search} = chosen;
  const parts = [reason === '' ? '' : `of the reason “${format.visible(reason)}”`,
                 search === '' ? '' : `with “${format.visible(search)}”`];
  return parts.filter((part) => part !== '').join(' ');
}

// What was done. What was retried is looked for, as long as this is shown: it may come back.
function Result({done, onClose}: {done: Done, onClose: () => void}) {
  const back = usePoll(done.verb === 'retried' ? `back ${done.atMs}` : null,
                       (signal) => cameBack(done, signal));
  const hasBack = (back.data ?? 0) > 0;
  return (
    <Notice kind={hasBack ? 'stale' : 'info'} title={tell(done, back.data)}
            action={{text: 'Close', run: onClose}}>
      {hasBack ? 'What was wrong with them still is.' : ''}
    </Notice>
  );
}

interface ChosenBarProps {
  chosen: Chosen;
  page: DeadLetters | null;
  isAllOfPage: boolean;
  isBusy: boolean;
  onAll: () => void;
  onNone: () => void;
  onRetry: () => void;
  onDelete: () => void;
}

function ChosenBar({chosen, page, isAllOfPage, isBusy, onAll, onNone, onRetry, onDelete}: ChosenBarProps) {
  const count = countOf(chosen);
  const mayBeMore = isAllOfPage && chosen.kind === 'some' && page !== null && page.ours > count;
  return (
    <div class="card-tools">
      {mayBeMore && (
        <button type="button" class="button" onClick={onAll}>
          Choose all {format.count(page.ours)}
        </button>
      )}
      {count > 0 && (
        <>
          <span role="status">{format.count(count)} chosen</span>
          <button type="button" class="button" onClick={onNone}>None</button>
        </>
      )}
      <button type="button" class="button" disabled={count === 0 || isBusy} onClick={onRetry}>Retry</button>
      <button type="button" class="button" disabled={count === 0 || isBusy} onClick={onDelete}>Delete</button>
    </div>
  );
}

// Goes into the address once one stops typing, or at Enter.
const kTypingMs = 350;

function SearchField({place}: {place: QueuePlace}) {
  const [text, setText] = useState(place.search);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => setText(place.search), [place.search]);
  useEffect(() => {
    if (text === place.search) return;
    // Where one is by then: a reason may have been chosen meanwhile.
    const timer = setTimeout(() => {
      const now = readQueuePlace(location.search);
      if (now.tab === 'dead') go(hrefOfQueue({...now, search: text, letter: null}));
    }, kTypingMs);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <input class="field" type="search" ref={field} value={text} aria-label="Search dead letters"
           placeholder="Search reason, origin, message"
           onInput={(event) => setText(event.currentTarget.value)} />
  );
}
