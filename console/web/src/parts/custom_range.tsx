// A range by its two ends, in the zone that times are shown in.
import {useState} from 'preact/hooks';

import {go, hrefOf, type Place} from '../place';
import {customRange} from '../ranges';
import type {Zone} from '../zone';
import {Dialog} from './dialog';

interface Props {
  place: Place;
  path: string;
  onClose: () => void;
}

// As <input type="datetime-local"> has it.
function textOf(ms: number, zone: Zone): string {
  const offsetMs = zone === 'utc' ? 0 : new Date(ms).getTimezoneOffset() * 60_000;
  return new Date(ms - offsetMs).toISOString().slice(0, 16);
}

const msOf = (text: string, zone: Zone) => new Date(zone === 'utc' ? text + 'Z' : text).getTime();

export function CustomRange({place, path, onClose}: Props) {
  const {zone} = place;
  const minute = Math.floor(Date.now() / 60_000) * 60_000;
  const span = place.custom ?? {fromMs: minute - place.range.seconds * 1000, toMs: minute};
  const [from, setFrom] = useState(textOf(span.fromMs, zone));
  const [to, setTo] = useState(textOf(span.toMs, zone));
  const chosen = {fromMs: msOf(from, zone), toMs: msOf(to, zone)};
  const isGood = chosen.fromMs >= 0 && chosen.fromMs < chosen.toMs;
  const onSubmit = (event: Event) => {
    event.preventDefault();
    if (!isGood) return;
    onClose();
    go(hrefOf({...place, custom: chosen, range: customRange(chosen)}, path));
  };
  return (
    <Dialog title="Range" onClose={onClose}>
      <form class="fields" onSubmit={onSubmit}>
        <label>From
          <input class="field" type="datetime-local" required value={from}
                 onInput={(event) => setFrom(event.currentTarget.value)} />
        </label>
        <label>To, not included
          <input class="field" type="datetime-local" required value={to}
                 onInput={(event) => setTo(event.currentTarget.value)} />
        </label>
        <p class="hint" role="status">
          {isGood ? (zone === 'utc' ? 'In UTC.' : 'In your time zone.') :
                    'The range begins before it ends.'}
        </p>
        <button class="button-main" disabled={!isGood}>Show</button>
      </form>
    </Dialog>
  );
}
