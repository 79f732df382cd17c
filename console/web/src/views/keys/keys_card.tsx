// Keys: made, bound, rotated, revoked. Those that are over stay in the list, at its end.
import type {Key, Keys} from 'model';
import {useState} from 'preact/hooks';

import {remove} from '../../api';
import {visible} from '../../format';
import {CardBody} from '../../parts/card';
import {Confirm, type Point, pointOf} from '../../parts/confirm';
import type {Polled} from '../../poll';
import {Told, useActs} from '../people/acts';
import {KeyDialog} from './key_dialog';
import {boundTo, endText, stateOf, useText} from './key_text';
import {RotateDialog} from './rotate_dialog';

const kStateTexts = {used: 'In use', silent: 'Silent', ending: 'Ending', over: 'Over'};

export const nameOf = (key: Key) => visible(key.name === '' ? key.id : key.name);

export function KeysCard({keys}: {keys: Polled<Keys>}) {
  const acts = useActs();
  const [isMaking, setMaking] = useState(false);
  const [edited, setEdited] = useState<Key | null>(null);
  const [turned, setTurned] = useState<Key | null>(null);
  const [asked, setAsked] = useState<{key: Key, at: Point} | null>(null);
  const nowMs = Date.now();
  const revoke = (key: Key) => {
    setAsked(null);
    void acts.run(() => remove('/keys/{id}', {id: key.id}), `The key ${nameOf(key)} was revoked.`);
  };
  return (
    <section class="card letters people people-audit key-rows" aria-labelledby="keys-title">
      <header class="card-head">
        <h2 id="keys-title">Keys</h2>
        <button type="button" class="button key" onClick={() => setMaking(true)}>Make a key</button>
      </header>
      <Told acts={acts} />
      <CardBody polled={keys}>{(data) => {
        if (data.keys.length === 0) {
          return <p class="card-empty">None. Events without a key go to the project default.</p>;
        }
        const shown = [...data.keys].sort((a, b) => rank(a, nowMs) - rank(b, nowMs) ||
                                                    a.project.localeCompare(b.project));
        return (
          <ul>{shown.map((key) => {
            const state = stateOf(key, nowMs);
            const notes = [key.server_side ? 'server-side' : 'public', ...boundTo(key),
                           endText(key, nowMs)].filter((note) => note !== '');
            return (
              <li key={key.id}>
                <p class="letter-head">
                  <span class={state === 'used' ? 'source-delivers' : ''}>
                    <span class="source-state">{kStateTexts[state]}</span>
                  </span>
                  <strong>{visible(key.project)}</strong> {nameOf(key)}
                  {key.name !== '' && <> <code>{key.id}</code></>}
                </p>
                <p class="letter-note">
                  {visible(notes.join(', '))}
                  {!key.may_change && ', by penstock key'}
                </p>
                <p class="letter-note">{useText(key)}</p>
                {state !== 'over' && (
                  <p class="letter-acts acts">
                    {key.may_change && (
                      <>
                        <button type="button" class="button" aria-label={`Edit ${nameOf(key)}`}
                                onClick={() => setEdited(key)}>Edit</button>
                        <button type="button" class="button" aria-label={`Rotate ${nameOf(key)}`}
                                onClick={() => setTurned(key)}>Rotate</button>
                      </>
                    )}
                    <button type="button" class="button" aria-label={`Revoke ${nameOf(key)}`}
                            onClick={(event) => setAsked({key, at: pointOf(event)})}>
                      Revoke
                    </button>
                  </p>
                )}
              </li>
            );
          })}</ul>
        );
      }}</CardBody>
      {isMaking && <KeyDialog keys={keys.data} onClose={() => setMaking(false)} />}
      {edited && <KeyDialog keys={keys.data} edited={edited} onClose={() => setEdited(null)} />}
      {turned && <RotateDialog turned={turned} keys={keys.data} onClose={() => setTurned(null)} />}
      {asked !== null && (
        <Confirm title={`Revoke ${nameOf(asked.key)}?`} verb="Revoke" at={asked.at}
                 onConfirm={() => revoke(asked.key)} onClose={() => setAsked(null)}>
          What is sent under this key is refused within a second, for good. Nothing that is stored
          is touched.
        </Confirm>
      )}
    </section>
  );
}

const rank = (key: Key, nowMs: number) => stateOf(key, nowMs) === 'over' ? 1 : 0;
