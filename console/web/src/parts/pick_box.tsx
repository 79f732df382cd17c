// The first column of a table that one chooses rows of: a box a row, a range with shift, and one box
// for all that are shown.
import {useRef} from 'preact/hooks';

export interface Picks {
  picked: ReadonlySet<string>;
  onPick: (ids: Set<string>) => void;
}

interface Rows extends Picks {
  ids: string[];
}

export function PickAll({ids, picked, onPick}: Rows) {
  const count = ids.filter((id) => picked.has(id)).length;
  const isAll = count === ids.length;
  return (
    <th class="pick">
      <input type="checkbox" aria-label="All on this page" checked={isAll}
             indeterminate={count > 0 && !isAll}
             onChange={() => onPick(new Set(isAll ? [] : ids))} />
    </th>
  );
}

// Gives what a click on a row's box does.
export function usePick({ids, picked, onPick}: Rows) {
  const last = useRef<string | null>(null);  // Where a range begins.
  return (index: number, isOn: boolean, isRange: boolean) => {
    const from = isRange ? ids.findIndex((id) => id === last.current) : -1;
    const [first, end] = from < 0 ? [index, index] : [Math.min(from, index), Math.max(from, index)];
    const chosen = new Set(picked);
    for (const id of ids.slice(first, end + 1)) isOn ? chosen.add(id) : chosen.delete(id);
    last.current = ids[index]!;
    onPick(chosen);
  };
}

interface BoxProps {
  isPicked: boolean;
  label: string;
  onPick: (isOn: boolean, isRange: boolean) => void;
}

export function PickBox({isPicked, label, onPick}: BoxProps) {
  return (
    <td class="pick" onClick={(click) => click.stopPropagation()}>
      <input type="checkbox" checked={isPicked} aria-label={label}
             onClick={(click) => onPick(click.currentTarget.checked, click.shiftKey)} />
    </td>
  );
}
