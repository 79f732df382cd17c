// The few signs that the page uses; each says nothing to a screen reader, its text does.

const kPaths = {
  chart: 'M2.5 13.5h11M3.5 10.5l3-4 2.5 2.5 3.5-5',
  close: 'M4 4l8 8M12 4l-8 8',
  copy: 'M5.5 5.5h7v7h-7zM3.5 10.5v-7h7',
  dark: 'M12.8 9.8A5.3 5.3 0 0 1 6.2 3.2a5.3 5.3 0 1 0 6.6 6.6z',
  light: 'M8 5.4a2.6 2.6 0 1 0 0 5.2 2.6 2.6 0 0 0 0-5.2zM8 1.8v1.4M8 12.8v1.4M1.8 8h1.4' +
      'M12.8 8h1.4M3.6 3.6l1 1M11.4 11.4l1 1M12.4 3.6l-1 1M4.6 11.4l-1 1',
  out: 'M9.5 3H4v10h5.5M7 8h6M11 5.8L13.2 8 11 10.2',
  refresh: 'M12.8 6.2A5 5 0 1 0 13 9M13 3v3.2H9.8',
  system: 'M2.5 3.5h11v7h-11zM6 13h4',
  table: 'M2.5 3.5h11v9h-11zM2.5 6.5h11M2.5 9.5h11M6.5 6.5v6',
} as const;
export type IconName = keyof typeof kPaths;

export function Icon({name}: {name: IconName}) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={kPaths[name]} />
    </svg>
  );
}

// A gate above water.
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect class="mark-ground" width="32" height="32" rx="8" />
      <path class="mark-frame" d="M8 6.5v19M24 6.5v19" />
      <path class="mark-gate" d="M11.8 8h8.4v6.6h-8.4z" />
      <path class="mark-water"
            d="M11 20.2c1.7-1.5 3.3-1.5 5 0s3.3 1.5 5 0M11 24.6c1.7-1.5 3.3-1.5 5 0s3.3 1.5 5 0" />
    </svg>
  );
}
