// One of a few, as the browser's own list: it is known to keyboards and screen readers.
interface Props {
  label: string;
  value: string;
  options: {value: string, label: string}[];
  onChange: (value: string) => void;
}

export function Choice({label, value, options, onChange}: Props) {
  return (
    <select class="choice" aria-label={label} value={value}
            onChange={(event) => onChange(event.currentTarget.value)}>
      {options.map((one) => (
        <option key={one.value} value={one.value} selected={one.value === value}>
          {one.label}
        </option>
      ))}
    </select>
  );
}
