// Light, dark, or as the system has it. The one thing that is kept in the browser and not in the
// address: it belongs to the person and not to the place.
export const kThemes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof kThemes)[number];

const kKey = 'penstock-theme';

export function theme(): Theme {
  const kept = localStorage.getItem(kKey);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

export function applyTheme(): void {
  document.documentElement.dataset['theme'] = theme();
}

export function setTheme(next: Theme): void {
  localStorage.setItem(kKey, next);
  applyTheme();
  dispatchEvent(new Event('themechange'));
}

// Calls back when colours change, by choice or by the system. Returns how to stop.
export function onThemeChange(react: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  addEventListener('themechange', react);
  system.addEventListener('change', react);
  return () => {
    removeEventListener('themechange', react);
    system.removeEventListener('change', react);
  };
}
