// A question over the page: Esc and a click beside it close it, and focus goes back where it was.
import type {ComponentChildren} from 'preact';
import {useEffect, useId, useRef} from 'preact/hooks';

import {Icon} from './icons';

interface Props {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  isWide?: boolean;
}

const kDoubleClickMs = 500;

export function Dialog({title, onClose, children, isWide}: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const openedMs = useRef(0);
  useEffect(() => {
    openedMs.current = performance.now();
    dialog.current!.showModal();
  }, []);
  // The second click of a double one that opened it lies beside it.
  const onClick = (click: MouseEvent) => {
    const isSoon = performance.now() - openedMs.current < kDoubleClickMs;
    if (click.target === dialog.current && !isSoon) onClose();
  };
  return (
    <dialog class={isWide ? 'box box-wide' : 'box'} ref={dialog} onClose={onClose}
            onClick={onClick} aria-labelledby={id}>
      <div class="box-inner">
        <header class="drawer-head">
          <h2 id={id}>{title}</h2>
          <button type="button" class="button-quiet" aria-label="Close" title="Close (Esc)"
                  onClick={onClose}>
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
