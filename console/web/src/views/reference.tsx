// The API's reference, made of the console's own description of it while one looks.
import {useEffect, useMemo, useRef, useState} from 'preact/hooks';

import {get} from '../api';
import * as format from '../format';
import {useKey} from '../keys';
import {type ApiRoute, type OpenApi, routesOf, search} from '../openapi';
import {CardBody} from '../parts/card';
import {Link} from '../parts/link';
import {Foot} from '../parts/view';
import {type Polled, usePoll} from '../poll';
import {RouteRow} from './reference/route_row';

// Once it is there it is not asked for again: it is the program's, and changes with it alone.
function useDescription(): Polled<OpenApi> {
  const [api, setApi] = useState<OpenApi | null>(null);
  const polled = usePoll(api === null ? 'openapi' : null, async (signal) => {
    const read = await get('/openapi.json', {}, signal) as unknown as OpenApi;
    setApi(read);
    return read;
  });
  return api === null ? polled : {...polled, data: api, error: null};
}

export function Reference() {
  const polled = useDescription();
  return (
    <div class="view" aria-busy={polled.data === null}>
      <div class="toolbar"><h1>API</h1></div>
      <section class="card" aria-labelledby="ref-use">
        <header class="card-head"><h2 id="ref-use">How it is asked</h2></header>
        <div class="ref-text">
          <p>
            With an API token, which is made on the page of one’s{' '}
            <Link href="/account">account</Link>:{' '}
            <code>Authorization: Bearer $TOKEN</code>. It can do what its role can, and nothing that
            takes a session. Whose rights are of some projects says which: <code>project=NAME</code>.
            In the examples <code>$TOKEN</code> and <code>$ID</code> are variables
            of your shell.
          </p>
          <p>
            Times are Unix milliseconds where nothing else is said. What fails answers{' '}
            <code>{'{"error": …, "detail": …}'}</code>: a name for programs, and what to do about it.
            For generators: <a href="/api/v1/openapi.json">openapi.json</a>.
          </p>
        </div>
      </section>
      <CardBody polled={polled}>{(api) => <Routes api={api} />}</CardBody>
      <Foot version={undefined}
            keys={<><kbd>/</kbd> search <kbd>j</kbd> <kbd>k</kbd> up and down <kbd>Enter</kbd> open</>} />
    </div>
  );
}

const anchorNow = () => decodeURIComponent(location.hash.slice(1));

function Routes({api}: {api: OpenApi}) {
  const [text, setText] = useState('');
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set([anchorNow()]));
  const field = useRef<HTMLInputElement>(null);
  const all = useMemo(() => routesOf(api), [api]);
  const found = useMemo(() => search(all, text), [all, text]);
  const groups = new Map<string, ApiRoute[]>();
  for (const one of found) groups.set(one.group, [...groups.get(one.group) ?? [], one]);

  // Where the address leads is open and in sight.
  useEffect(() => {
    const show = () => {
      const anchor = anchorNow();
      if (anchor === '') return;
      setText('');
      setOpen((before) => new Set([...before, anchor]));
      requestAnimationFrame(() => {
        const row = document.getElementById(anchor);
        row?.scrollIntoView({block: 'start'});
        row?.querySelector('summary')?.focus({preventScroll: true});
      });
    };
    show();
    addEventListener('hashchange', show);
    return () => removeEventListener('hashchange', show);
  }, []);
  useKey('/', () => field.current?.focus());
  useKey('j', () => moveBy(1));
  useKey('k', () => moveBy(-1));
  const turn = ({anchor}: ApiRoute, isOpen: boolean) => {
    if (isOpen === open.has(anchor)) return;
    const now = new Set(open);
    if (isOpen) {
      now.add(anchor);
      history.replaceState(null, '', `#${anchor}`);
    } else {
      now.delete(anchor);
    }
    setOpen(now);
  };

  return (
    <>
      <div class="ref-search" role="search">
        <input class="field" type="search" ref={field} value={text} aria-label="Search the API"
               placeholder="Search path, words, a parameter or member"
               onInput={(event) => setText(event.currentTarget.value)} />
        <p class="hint" role="status">{format.count(found.length)} of {format.count(all.length)}</p>
      </div>
      {found.length === 0 && <p class="card-empty">Nothing of the API has all these words.</p>}
      {[...groups].map(([title, routes]) => (
        <section key={title} class="card" aria-label={title}>
          <header class="card-head"><h2>{title}</h2></header>
          <div class="ref-routes">
            {routes.map((route) => (
              <RouteRow key={route.anchor} route={route} api={api} isOpen={open.has(route.anchor)}
                        onTurn={(isOpen) => turn(route, isOpen)} />
            ))}
          </div>
        </section>
      ))}
    </>
  );
}

function moveBy(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('.ref-route > summary')];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  rows[Math.max(0, Math.min(rows.length - 1, at + by))]?.focus();
}
