// One number with its name and what it means.
import type {ComponentChildren} from 'preact';

import type {Change} from '../format';

interface Props {
  title: string;
  value: string;
  exact?: string;  // For the pointer: all digits.
  tone?: 'warn' | 'bad';
  // The tile is a button; its label begins with the title.
  pick?: {isPicked: boolean, label: string, onPick: () => void};
  children?: ComponentChildren;
}

export function Tile({title, value, exact, tone, pick, children}: Props) {
  return (
    <div class={tone ? `tile tile-${tone}` : 'tile'} title={exact}>
      <dt>
        {pick ?
          <button type="button" class="tile-pick" aria-pressed={pick.isPicked} aria-label={pick.label}
                  onClick={pick.onPick}>{title}</button> :
          title}
      </dt>
      <dd class="tile-value">{value}</dd>
      <dd class="tile-note">{children}</dd>
    </div>
  );
}

export function ChangeNote({change}: {change: Change | null}) {
  if (change === null) return <>none before</>;
  if (change.direction === 'same') return <>as before</>;
  const isUp = change.direction === 'up';
  return (
    <>
      <span class="change">
        <span aria-hidden="true">{isUp ? '▲' : '▼'}</span>
        <span class="aside">{isUp ? 'up' : 'down'}</span> {change.text}
      </span> on before
    </>
  );
}
