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

export function Dialog({title, onClose, children, isWide}: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => dialog.current!.showModal(), []);
  const onClick = (click: MouseEvent) => {
    if (click.target === dialog.current) onClose();
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
