// Where clients reach the intake. The page is not served by it, so this is a guess, from where it
// listens; a person may know better.
import type {System} from 'model';

type Listeners = Pick<System['programs'][number], 'name' | 'listen' | 'tls_listen'>;

const kDefault = '127.0.0.1:8080';
const kKey = 'penstock-origin';

// `hostname` is the one by which whoever looks reaches the console: "every address" is none to send
// to, and a certificate is for a name.
export function guess(programs: Listeners[], hostname: string): string {
  const intake = programs.find((one) => one.name === 'penstock-ingest');
  const tls = intake?.tls_listen[0];
  if (tls !== undefined) {
    const port = tls.slice(tls.lastIndexOf(':'));
    return `https://${hostname}${port === ':443' ? '' : port}`;
  }
  const plain = intake?.listen.find((one) => !one.startsWith('unix:')) ?? kDefault;
  return 'http://' + plain.replace(/^(0\.0\.0\.0|\[::\])(?=:)/, hostname);
}

export const originOf = (system: System | null) =>
    localStorage.getItem(kKey) ?? guess(system?.programs ?? [], location.hostname);

// Whether a person said it.
export const isKept = () => localStorage.getItem(kKey) !== null;

// Whether what a person says it is can be one; it is kept then, and nothing else.
export function keepOrigin(text: string): boolean {
  const origin = originIn(text);
  if (origin === null) {
    localStorage.removeItem(kKey);
  } else {
    localStorage.setItem(kKey, origin);
  }
  return origin !== null;
}

export function originIn(text: string): string | null {
  const found = /^\s*(https?:\/\/[^\s/?#@`'"]+)\/?\s*$/i.exec(text);
  return found ? found[1]!.toLowerCase() : null;
}

// A text of the table of protocols with the address filled in, and the key where it is known.
export function filled(text: string, origin: string, key = 'KEY'): string {
  const [scheme, host] = origin.split('://') as [string, string];
  const [, name, port] = /^(.*?)(?::(\d+))?$/.exec(host)!;
  return text.replace(/https:\/\/(?=(KEY@)?HOST\b)/g, `${scheme}://`)
      .replace(/\bORIGIN\b/g, origin)
      .replace(/\bHOST\b/g, host)
      .replace(/\bHOSTNAME\b/g, name!)
      .replace(/\bPORT\b/g, port ?? (scheme === 'https' ? '443' : '80'))
      .replace(/\bKEY\b/g, () => key);
}
