// What the cards of people do: run it, tell how it went, and show anew what there is now.
import {useState} from 'preact/hooks';

import {sentence} from '../../format';
import {Notice} from '../../parts/notice';
import {refresh} from '../../poll';

export interface Acts {
  told: {isFailure: boolean, text: string} | null;
  // False where it failed. `done` is told where it did not.
  run: (act: () => Promise<unknown>, done: string) => Promise<boolean>;
}

export function useActs(): Acts {
  const [told, setTold] = useState<Acts['told']>(null);
  const run = async (act: () => Promise<unknown>, done: string) => {
    setTold(null);
    try {
      await act();
      setTold({isFailure: false, text: done});
      return true;
    } catch (error) {
      setTold({isFailure: true, text: sentence(String((error as Error).message))});
      return false;
    } finally {
      refresh();
    }
  };
  return {told, run};
}

export function Told({acts: {told}}: {acts: Acts}) {
  if (told === null) return null;
  return told.isFailure ? <Notice kind="error" title="Not done.">{told.text}</Notice> :
                          <Notice kind="info" title="Done.">{told.text}</Notice>;
}
