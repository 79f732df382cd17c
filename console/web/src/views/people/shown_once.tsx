// A secret that can be read now and never again.
import {CopyButton} from '../../parts/copy_button';

export function ShownOnce({name, text}: {name: string, text: string}) {
  return (
    <div class="command">
      <pre tabIndex={0} aria-label={name}>{text}</pre>
      <CopyButton text={text} />
    </div>
  );
}
