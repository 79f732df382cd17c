// One number with its name and what it means.
import type {ComponentChildren} from 'preact';

import type {Change} from '../format';

interface Props {
  title: string;
  value: string;
  exact?: string;  // For the pointer: all digits.
  tone?: 'warn' | 'bad';
  children?: ComponentChildren;
}

export function Tile({title, value, exact, tone, children}: Props) {
  return (
    <div class={tone ? `tile tile-${tone}` : 'tile'}>
      <dt>{title}</dt>
      <dd class="tile-value" title={exact}>{value}</dd>
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
