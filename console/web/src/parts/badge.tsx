// Beside a page's name, how much there is to look at: open errors, dead letters. Nothing where there is
// none, or it is not known.
import type {Queue} from 'model';
import {useEffect, useState} from 'preact/hooks';

import {get} from '../api';
import * as format from '../format';
import {onAnswer, usePoll} from '../poll';

export const Badge = ({path}: {path: string}) => path === '/errors' ? <OpenErrors /> : <DeadLetters />;

// Errors are events: while nothing is stored, none is new.
function OpenErrors() {
  const counts = usePoll('/errors/counts', (signal) => get('/errors/counts', {}, signal)).data;
  return <Count n={counts?.counts.open ?? 0} of="open" />;
}

// Every page asks for the queue (Health).
function DeadLetters() {
  const [dead, setDead] = useState<number | null>(null);
  useEffect(() => onAnswer((question, data) => {
    if (question === 'queue') setDead((data as Queue).dead);
  }), []);
  return <Count n={dead ?? 0} of={dead === 1 ? 'dead letter' : 'dead letters'} />;
}

const kShownMax = 999;

function Count({n, of}: {n: number, of: string}) {
  if (n === 0) return null;
  return (
    <span class="count" title={`${format.count(n)} ${of}`}>
      <span aria-hidden="true">{n > kShownMax ? `${kShownMax}+` : n}</span>
      <span class="aside">{format.count(n)} {of}</span>
    </span>
  );
}
