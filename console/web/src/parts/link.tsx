// A link within the page: a real one, so that it opens in a new tab, too.
import type {ComponentChildren} from 'preact';

import {go} from '../place';

interface Props {
  href: string;
  class?: string;
  label?: string;
  isCurrent?: boolean;
  children: ComponentChildren;
}

export function Link({href, label, isCurrent, children, class: className}: Props) {
  const onClick = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) {
      return;
    }
    event.preventDefault();
    go(href);
  };
  return (
    <a href={href} class={className ?? ''} aria-label={label}
       aria-current={isCurrent ? 'true' : undefined} onClick={onClick}>
      {children}
    </a>
  );
}
