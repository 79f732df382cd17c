// Above and below every view: how new what it shows is, and of which version it comes.
import type {ComponentChildren} from 'preact';

import * as format from '../format';
import {type Polled, refresh} from '../poll';
import {zoneName} from '../zone';
import {Icon} from './icons';
import {Link} from './link';

export function Freshness({polled: {atMs, error}}: {polled: Polled<unknown>}) {
  const hasError = error !== null;
  const text = atMs === 0 ? (hasError ? 'Not loaded' : 'Loading') :
                            `${hasError ? 'As of' : 'Updated'} ${format.time(atMs, Date.now())}`;
  return (
    <p class={hasError ? 'fresh fresh-stale' : 'fresh'}>
      <span class="fresh-dot" aria-hidden="true" />
      <span class="fresh-text">{text}</span>
      <button type="button" class="button-quiet" aria-label="Refresh" title="Refresh"
              onClick={refresh}>
        <Icon name="refresh" />
      </button>
    </p>
  );
}

interface FootProps {
  version: string | undefined;
  keys?: ComponentChildren;
  hasRange?: boolean;
}

export function Foot({version, keys, hasRange}: FootProps) {
  return (
    <footer class="foot">
      <span>Penstock {version}</span>
      <span>Times in {zoneName()}</span>
      <span class="keys">
        {hasRange && <><kbd>1</kbd>–<kbd>5</kbd> range </>}{keys} <kbd>?</kbd> keys
      </span>
      <Link href="/reference">API</Link>
    </footer>
  );
}
