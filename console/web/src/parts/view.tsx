// The frame of what a page shows: dimmed while that answers an earlier question, above it how new it
// is, and below it which version it comes from.
import type {ComponentChildren} from 'preact';
import {useEffect, useState} from 'preact/hooks';

import * as format from '../format';
import {type Polled, refresh} from '../poll';
import {zoneName} from '../zone';
import {Icon} from './icons';
import {Link} from './link';

// Most answers come sooner, and dimming for a moment would be a flicker. No delay of CSS: it gives each
// card a layer at once, and has all of them drawn twice.
const kDimsAfterMs = 300;

interface ViewProps {
  isOld: boolean;
  isBusy: boolean;  // Said to who cannot see it.
  children: ComponentChildren;
}

export function View({isOld, isBusy, children}: ViewProps) {
  const [isDimmed, setDimmed] = useState(false);
  useEffect(() => {
    if (!isOld) return setDimmed(false);
    const timer = setTimeout(() => setDimmed(true), kDimsAfterMs);
    return () => clearTimeout(timer);
  }, [isOld]);
  return (
    <div class={isOld && isDimmed ? 'view is-old' : 'view'} aria-busy={isBusy}>{children}</div>
  );
}

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
