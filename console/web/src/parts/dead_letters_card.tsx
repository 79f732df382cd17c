// The newest messages that could not be stored. What they hold came from strangers: it is put in as
// text, as everything here.
import {useState} from 'preact/hooks';

import {ApiError, post} from '../api';
import * as format from '../format';
import type {DeadLetter, DeadLetters} from 'model';

interface Props {
  dead: DeadLetters;
  mayChange: boolean;  // Editors retry and delete.
  nowMs: number;
  onChanged: () => void;
}

export function DeadLettersCard({dead, mayChange, nowMs, onChanged}: Props) {
  const [failure, setFailure] = useState('');
  const act = async (letter: DeadLetter, action: 'retry' | 'delete') => {
    setFailure('');
    try {
      await post(`/queue/dead/${encodeURIComponent(letter.id)}/${action}`, undefined);
    } catch (error) {
      // Somebody else was faster: the list will show it.
      const isGone = error instanceof ApiError && error.status === 404;
      if (!isGone) setFailure(String((error as Error).message));
    }
    onChanged();
  };
  const more = dead.total - dead.letters.length;
  return (
    <section class="card letters" aria-labelledby="letters-title">
      <header class="card-head"><h2 id="letters-title">Dead letters</h2></header>
      {failure !== '' && <p class="card-empty" role="alert">{failure}</p>}
      <ul>{dead.letters.map((letter) => (
        <Letter key={letter.id} letter={letter} nowMs={nowMs} mayChange={mayChange} act={act} />
      ))}</ul>
      {more > 0 && <p class="card-empty">
        {format.count(more)} older ones: <code>penstock queue dead</code> shows all.
      </p>}
    </section>
  );
}

interface LetterProps {
  letter: DeadLetter;
  nowMs: number;
  mayChange: boolean;
  act: (letter: DeadLetter, action: 'retry' | 'delete') => Promise<void>;
}

function Letter({letter, nowMs, mayChange, act}: LetterProps) {
  const [isAsked, setAsked] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const run = async (action: 'retry' | 'delete') => {
    setBusy(true);
    await act(letter, action);
    setBusy(false);
  };
  return (
    <li>
      <p class="letter-head">
        <span class="letter-when" {...(letter.at ? {title: format.fullTime(letter.at)} : {})}>
          {letter.at ? format.time(letter.at, nowMs) : '–'}
        </span>
        <strong>{letter.reason}</strong>
        <span class="letter-note">
          {format.bytes(letter.bytes)}{letter.origin === '' ? '' : `, ${letter.origin}`}
        </span>
      </p>
      <code class="letter-text">{format.messageStart(letter.message)}</code>
      {mayChange && <p class="letter-acts">
        <button type="button" class="button" disabled={isBusy} onClick={() => run('retry')}>
          Retry
        </button>
        <button type="button" class="button" disabled={isBusy}
                onClick={() => isAsked ? run('delete') : setAsked(true)}>
          {isAsked ? 'Delete for good' : 'Delete'}
        </button>
      </p>}
    </li>
  );
}
