// Which columns the table of events has.
import {kColumns} from '../columns';
import {Dialog} from './dialog';

interface Props {
  chosen: string[];
  onChange: (chosen: string[]) => void;
  onClose: () => void;
}

export function ColumnChoice({chosen, onChange, onClose}: Props) {
  const toggle = (name: string, isOn: boolean) => onChange(
      Object.keys(kColumns).filter((one) => one === name ? isOn : chosen.includes(one)));
  return (
    <Dialog title="Columns" onClose={onClose}>
      <div class="ticks">
        {Object.entries(kColumns).map(([name, {title}]) => (
          <label class="tick" key={name}>
            <input type="checkbox" checked={chosen.includes(name)}
                   onChange={(event) => toggle(name, event.currentTarget.checked)} />
            {title}
          </label>
        ))}
      </div>
    </Dialog>
  );
}
