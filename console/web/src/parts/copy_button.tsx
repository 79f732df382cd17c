// Puts a text into the clipboard, and says so.
import {useState} from 'preact/hooks';

import {Icon} from './icons';

export function CopyButton({text}: {text: string}) {
  const [isDone, setDone] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setDone(true);
    setTimeout(() => setDone(false), 1500);
  };
  // Outside of https and localhost a page has no clipboard.
  if (!navigator.clipboard) return null;
  return (
    <button type="button" class="button" onClick={copy}>
      <Icon name="copy" /><span role="status">{isDone ? 'Copied' : 'Copy'}</span>
    </button>
  );
}
