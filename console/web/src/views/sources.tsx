// What the intake speaks: how to send by each of its protocols, and which of them delivers.
import type {Source, System} from 'model';
import {useRef, useState} from 'preact/hooks';

import {get} from '../api';
import {visible} from '../format';
import {useKey, useKeys} from '../keys';
import {lastMade} from '../made_key';
import {isKept, keepOrigin, originOf} from '../origin';
import {CardBody, MissingDays} from '../parts/card';
import {Link} from '../parts/link';
import {RangePicker} from '../parts/range_picker';
import {SourceRow, stateOf} from '../parts/source_row';
import {Foot, Freshness, View} from '../parts/view';
import type {ViewProps} from '../pages';
import {type Place, queryOf, questionOf, usePlace} from '../place';
import {usePoll} from '../poll';
import {ofAll, type Standing} from '../rights';

const kPath = '/sources';

export function Sources({role}: ViewProps) {
  const place: Place = {...usePlace(), filters: []};
  // Whoever sends, it delivers.
  const asked: Place = {...place, bots: '1'};
  const [wanted, setWanted] = useState('');
  const sources = usePoll(questionOf(asked), (signal) =>
      get('/sources', queryOf(asked, Date.now()), signal));
  const system = usePoll(ofAll('system'), (signal) => get('/system', {}, signal));
  const [, setChanges] = useState(0);
  const nowMs = system.data?.time ?? Date.now();
  const search = useRef<HTMLInputElement>(null);
  useKeys(place, kPath);
  useKey('/', () => search.current?.focus());

  return (
    <View isOld={sources.isOld} isBusy={sources.isOld || sources.data === null}>
      <div class="toolbar">
        <h1>Sources</h1>
        <Freshness polled={sources} />
        <RangePicker place={place} path={kPath} />
      </div>
      <KeyHint role={role} />
      <OriginField system={system.data} onChange={() => setChanges((n) => n + 1)} />
      {sources.data && <MissingDays days={sources.data.missing_days} />}
      <section class="card" aria-label="Protocols">
        <header class="card-head source-head">
          <input class="field" type="search" ref={search} value={wanted} aria-label="Find a protocol"
                 placeholder="Find by name or client"
                 onInput={(event) => setWanted(event.currentTarget.value)} />
          <p class="hint" role="status">{sources.data && countText(sources.data.sources, wanted)}</p>
        </header>
        <CardBody polled={sources}>{({sources: all}) => {
          const shown = delivering(all.filter((one) => isMeant(one, wanted)));
          return (
            <>
              {shown.length === 0 && <p class="card-empty">No protocol or client is called so.</p>}
              <ul class="sources">
                {shown.map((source) => (
                  <li key={source.name}>
                    <SourceRow source={source} origin={originOf(system.data)} place={place} nowMs={nowMs} />
                  </li>
                ))}
              </ul>
            </>
          );
        }}</CardBody>
      </section>
      <Foot version={system.data?.version} hasRange keys={<><kbd>/</kbd> find</>} />
    </View>
  );
}

// All words of it.
function isMeant({name, title, clients}: Source, wanted: string): boolean {
  const text = `${name} ${title} ${clients}`.toLowerCase();
  return wanted.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

function delivering(sources: Source[]): Source[] {
  return [...sources].sort((a, b) => Number(b.events > 0) - Number(a.events > 0));
}

function countText(all: Source[], wanted: string): string {
  const shown = all.filter((one) => isMeant(one, wanted));
  const deliver = shown.filter((one) => stateOf(one) === 'delivers').length;
  return `${shown.length} of ${all.length} protocols, ${deliver} ` +
      `${deliver === 1 ? 'delivers' : 'deliver'} in this range`;
}

// Whose key stands in what is to be set.
function KeyHint({role}: {role: Standing}) {
  const made = lastMade();
  return (
    <p class="hint">
      {made === null ? <>In place of <code>KEY</code> stands the key of a project. </> :
       <>What is to be set has the key of {visible(made.key.project)} that was just made. </>}
      {role === 'admin' && <Link href="/keys" class="button">Projects and keys</Link>}
    </p>
  );
}

// Where clients reach the intake, which a person may know better than the console.
function OriginField({system, onChange}: {system: System | null, onChange: () => void}) {
  const [wrong, setWrong] = useState<string | null>(null);
  const change = (event: Event) => {
    const field = event.currentTarget as HTMLInputElement;
    const isTaken = keepOrigin(field.value) || field.value.trim() === '';
    setWrong(isTaken ? null : field.value);
    if (isTaken) field.value = originOf(system);
    onChange();
  };
  return (
    <div class="origin">
      <label for="origin">Address of the intake</label>
      <input class="field" id="origin" inputMode="url" spellcheck={false} autocomplete="off"
             value={wrong ?? originOf(system)} aria-invalid={wrong !== null}
             aria-describedby="origin-hint"
             onChange={change} />
      <p class="hint" id="origin-hint">
        {wrong !== null ? 'Expected scheme and host alone, such as https://events.example.com.' :
         isKept() ? 'Kept in this browser, and filled in below. Empty it to have the guess again.' :
         'A guess, by where the intake listens here. If clients reach it by another address, put ' +
         'that in: this browser keeps it, and what is to be set below has it.'}
      </p>
    </div>
  );
}
