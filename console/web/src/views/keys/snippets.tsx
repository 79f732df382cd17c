// How to send a first event under a key.
import {CopyButton} from '../../parts/copy_button';

interface Props {
  origin: string;
  secret: string;
  isServerSide: boolean;
}

export const pageSnippet = (origin: string, secret: string) =>
    `<script defer src="${origin}/p.js" data-key="${secret}"></script>`;

export const shellSnippet = (origin: string, secret: string) =>
    `curl ${origin}/v1/events -H 'X-Penstock-Key: ${secret}' \\\n` +
    `  -H 'Content-Type: application/json' -d '{"name":"signup","user_id":"ada"}'`;

export function Snippets({origin, secret, isServerSide}: Props) {
  return (
    <>
      {!isServerSide && <Snippet name="In a web page" text={pageSnippet(origin, secret)} />}
      <Snippet name="From a shell" text={shellSnippet(origin, secret)} />
    </>
  );
}

function Snippet({name, text}: {name: string, text: string}) {
  return (
    <>
      <h3>{name}</h3>
      <div class="command">
        <pre tabIndex={0} aria-label={name}>{text}</pre>
        <CopyButton text={text} />
      </div>
    </>
  );
}
