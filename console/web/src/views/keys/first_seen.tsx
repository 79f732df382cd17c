// Whether the first event under a key has come: it waits, and turns green by itself.
import type {Keys} from 'model';

import {count} from '../../format';
import {hrefOf, readPlace} from '../../place';
import {Link} from '../../parts/link';

export function FirstSeen({keys, id}: {keys: Keys | null, id: string}) {
  const key = keys?.keys.find((one) => one.id === id);
  if (keys !== null && keys.since === null) {
    return <p role="status">The intake cannot be asked: look at Events.</p>;
  }
  const events = key?.events ?? 0;
  if (events === 0) {
    const refused = key?.refused ?? 0;
    return (
      <p role="status">
        <span class="first-pulse" aria-hidden="true" />
        Waiting for your first event
        {refused > 0 && ` (refused so far: ${count(refused)}; see what the key is bound to)`}
      </p>
    );
  }
  const place = {...readPlace(''), project: key!.project, bots: '1' as const};
  return (
    <p class="source-delivers" role="status">
      <span class="source-state">Your first event is here.</span>{' '}
      <Link href={hrefOf(place)}>Go to the overview</Link>
    </p>
  );
}
