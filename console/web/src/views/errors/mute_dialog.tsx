// Until when an error is not to be heard of.
import {useState} from 'preact/hooks';

import {Dialog} from '../../parts/dialog';
import type {Change} from './acts';

interface Props {
  onMute: (change: Change) => void;
  onClose: () => void;
}

export function MuteDialog({onMute, onClose}: Props) {
  const [isCounted, setCounted] = useState(true);
  const [times, setTimes] = useState('10');
  const [isGrowing, setGrowing] = useState(true);
  const count = /^[1-9]\d{0,8}$/.test(times) ? Number(times) : null;
  const isPossible = (isCounted || isGrowing) && (!isCounted || count !== null);
  const submit = (event: Event) => {
    event.preventDefault();
    if (!isPossible) return;
    onMute({...(isCounted && count !== null ? {mute_events: count} : {}),
            ...(isGrowing ? {mute_until_grows: true} : {})});
  };
  return (
    <Dialog title="Mute until" onClose={onClose}>
      <form class="fields" onSubmit={submit}>
        <div class="err-until">
          <label class="tick tick-alone">
            <input type="checkbox" checked={isCounted}
                   onChange={(event) => setCounted(event.currentTarget.checked)} />
            it has come
          </label>
          <input class="field" type="text" inputMode="numeric" value={times} aria-label="Times"
                 disabled={!isCounted} onInput={(event) => setTimes(event.currentTarget.value)} />
          more times
        </div>
        <label class="tick tick-alone">
          <input type="checkbox" checked={isGrowing}
                 onChange={(event) => setGrowing(event.currentTarget.checked)} />
          it grows
        </label>
        <p class="hint">It grows when an hour has more than twice as many as any hour of the last seven
          days, and more than ten. Whichever comes first opens it again.</p>
        <div class="acts">
          <button type="submit" class="button-main" disabled={!isPossible}>Mute</button>
          <button type="button" class="button" onClick={onClose}>Cancel</button>
        </div>
      </form>
    </Dialog>
  );
}
