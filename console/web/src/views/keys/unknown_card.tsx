// Keys that clients send and no list has, by how they begin; each can become a project's.
import type {Keys} from 'model';
import {useState} from 'preact/hooks';

import {count, visible} from '../../format';
import {CardBody} from '../../parts/card';
import type {Polled} from '../../poll';
import {AdoptDialog} from './adopt_dialog';

export function UnknownCard({keys}: {keys: Polled<Keys>}) {
  const [adopted, setAdopted] = useState<string | null>(null);
  return (
    <section class="card letters people key-rows key-rows-three" aria-labelledby="unknown-title">
      <header class="card-head"><h2 id="unknown-title">Unknown keys</h2></header>
      <CardBody polled={keys}>{(data) => {
        if (data.since === null) return <p class="card-empty">The intake cannot be asked.</p>;
        if (data.unknown.length === 0) {
          return <p class="card-empty">None since the intake started.</p>;
        }
        return (
          <ul>{data.unknown.map(({prefix, events}) => (
            <li key={prefix}>
              <p class="letter-head">
                <code>{visible(prefix)}…</code>{' '}
                {count(events)} {events === 1 ? 'event' : 'events'}
              </p>
              <p class="letter-note">
                {data.requires_key === true ? 'Refused.' : 'Taken into the project default.'}
              </p>
              {prefix !== '(other)' && (
                <p class="letter-acts">
                  <button type="button" class="button" aria-label={`Adopt ${visible(prefix)}…`}
                          onClick={() => setAdopted(prefix)}>Adopt</button>
                </p>
              )}
            </li>
          ))}</ul>
        );
      }}</CardBody>
      {adopted !== null && (
        <AdoptDialog prefix={adopted} keys={keys.data} onClose={() => setAdopted(null)} />
      )}
    </section>
  );
}
