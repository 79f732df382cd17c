// The letter that follows g on the way to a page.
export const kPageKeys: Record<string, string> = {
  '/': 'o',
  '/events': 'e',
  '/live': 'l',
  '/errors': 'r',
  '/sources': 's',
  '/queue': 'q',
  '/system': 'y',
  '/people': 'p',
  '/account': 'a',
  '/reference': 'd',
};

export const pathOfKey = (key: string) =>
    Object.keys(kPageKeys).find((path) => kPageKeys[path] === key) ?? null;
