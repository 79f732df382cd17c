// The key that was made last, as long as this page stands: the console does not show it again, and
// nothing of it is kept in the browser.
import type {Key} from 'model';

export interface MadeNow {
  secret: string;
  key: Key;
}

let last: MadeNow | null = null;

export const lastMade = (): MadeNow | null => last;

export function rememberMade(made: MadeNow): void {
  last = made;
}
