// Asks before something that cannot be taken back. The button that does it never lies where the
// click was that asked for it, so that a double click is not an answer.
import type {ComponentChildren} from 'preact';
import {useEffect, useRef, useState} from 'preact/hooks';

import {Dialog} from './dialog';

export interface Point {
  x: number;
  y: number;
}

interface Props {
  title: string;
  verb: string;  // Of the button: "Remove".
  at: Point;     // Of the click.
  onConfirm: () => void;
  onClose: () => void;
  children: ComponentChildren;
}

export const pointOf = (event: MouseEvent): Point => ({x: event.clientX, y: event.clientY});

export function Confirm({title, verb, at, onConfirm, onClose, children}: Props) {
  const confirm = useRef<HTMLButtonElement>(null);
  const [isTurned, setTurned] = useState(false);
  // The dialog's own effect has shown it by then: a child's runs before.
  useEffect(() => {
    const {left, right, top, bottom} = confirm.current!.getBoundingClientRect();
    setTurned(at.x >= left && at.x <= right && at.y >= top && at.y <= bottom);
  }, []);
  const onClick = (event: MouseEvent) => {
    if (event.detail <= 1) onConfirm();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <div>{children}</div>
      <div class={isTurned ? 'acts acts-turned' : 'acts'}>
        <button type="button" class="button button-bad" ref={confirm} onClick={onClick}>
          {verb}
        </button>
        <button type="button" class="button" autofocus onClick={onClose}>Cancel</button>
      </div>
    </Dialog>
  );
}
