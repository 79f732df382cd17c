// A message in the place of content, or above it: what is wrong and what can be done.
import type {ComponentChildren} from 'preact';

interface Props {
  kind: 'error' | 'stale' | 'info';
  title: string;
  action?: {text: string, run: () => void};
  children: ComponentChildren;
}

export function Notice({kind, title, action, children}: Props) {
  return (
    <div class={`notice notice-${kind}`} role={kind === 'error' ? 'alert' : 'status'}>
      <span class="notice-dot" aria-hidden="true" />
      <p><strong>{title}</strong> {children}</p>
      {action && <button type="button" class="button" onClick={action.run}>{action.text}</button>}
    </div>
  );
}
