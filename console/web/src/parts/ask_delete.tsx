// Asks before something is deleted for good. More than one are deleted only by whoever types how
// many. A second click of the one that opened the question confirms nothing: the button that does is
// deaf at first.
import {useEffect, useState} from 'preact/hooks';

import * as format from '../format';
import {Dialog} from './dialog';

const kDeafMs = 600;

interface Props {
  one: string;   // What they are: "dead letter"; an s makes many of it.
  count: number;
  of: string;  // "of the reason “…”", or ''.
  losing: string;  // What goes with them: "with the events in them"; or ''.
  note: string;  // What has changed since it was first asked; ''.
  isBusy: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

export function AskDelete({one, count, of, losing, note, isBusy, onConfirm, onClose}: Props) {
  const [typed, setTyped] = useState('');
  const [isDeaf, setDeaf] = useState(true);
  useEffect(() => {
    setTyped('');
    setDeaf(true);
    const timer = setTimeout(() => setDeaf(false), kDeafMs);
    return () => clearTimeout(timer);
  }, [count]);
  const isOne = count === 1;
  // However the viewer's language groups digits.
  const isMeant = isOne || typed.replace(/\D/g, '') === String(count);
  const submit = (event: Event) => {
    event.preventDefault();
    if (isMeant && !isDeaf && !isBusy) onConfirm();
  };
  const what = isOne ? one : `${format.count(count)} ${one}s`;
  return (
    <Dialog title={isOne ? `Delete this ${one}?` : `Delete ${what}?`} onClose={onClose}>
      <form class="fields" onSubmit={submit}>
        {note !== '' && <p role="alert"><strong>{note}</strong></p>}
        <p>
          {isOne ? `This ${one}` : what}{of === '' ? '' : ` ${of}`} will be gone for
          good{losing === '' ? '' : `, ${losing}`}. Nobody can bring {isOne ? 'it' : 'them'} back.
        </p>
        {!isOne && (
          <label>
            Type {count} to confirm
            <input class="field" inputMode="numeric" autocomplete="off" value={typed} autofocus
                   onInput={(event) => setTyped(event.currentTarget.value)} />
          </label>
        )}
        <p class="box-acts">
          <button type="button" class="button" onClick={onClose}>Keep</button>
          <button type="submit" class="button button-bad apart"
                  disabled={!isMeant || isDeaf || isBusy}>
            Delete for good
          </button>
        </p>
      </form>
    </Dialog>
  );
}
