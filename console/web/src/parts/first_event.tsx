// What stands in place of the numbers before there are any: why, and what to do next.
import type {System} from 'model';

import {originOf} from '../origin';
import type {Standing} from '../rights';
import {CopyButton} from './copy_button';
import {Link} from './link';

export function FirstEvent({system, role}: {system: System | null, role: Standing}) {
  const url = originOf(system);
  const command = `curl ${url}/v1/events -H 'Content-Type: application/json' \\\n` +
      `  -d '{"name":"signup","url":"https://example.org/welcome","user_id":"ada"}'`;
  return (
    <section class="card first" aria-labelledby="first-title">
      <span class="first-pulse" aria-hidden="true" />
      <h2 id="first-title">Waiting for the first event</h2>
      <p>Everything runs, and nothing has been sent yet. Send your first event from a shell:</p>
      <div class="command">
        <pre tabIndex={0}>{command}</pre>
        <CopyButton text={command} />
      </div>
      <p>
        or from a web page, which then counts its own views:
      </p>
      <div class="command">
        <pre tabIndex={0}>{`<script defer src="${url}/p.js"></script>`}</pre>
        <CopyButton text={`<script defer src="${url}/p.js"></script>`} />
      </div>
      {role === 'admin' && (
        <p><Link href="/start" class="button">Project, key, first event: step by step</Link></p>
      )}
      <p class="hint" role="status">This page shows it within a few seconds, by itself.</p>
    </section>
  );
}
