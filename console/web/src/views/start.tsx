// The first steps of an administrator: a project and its key, how to send by it, the first event.
import type {MadeKey} from 'model';
import {useEffect, useRef, useState} from 'preact/hooks';

import {get, post} from '../api';
import {sentence, visible} from '../format';
import {lastMade, rememberMade} from '../made_key';
import {originOf} from '../origin';
import {Link} from '../parts/link';
import {Notice} from '../parts/notice';
import {go} from '../place';
import {refresh, usePoll} from '../poll';
import {FirstSeen} from './keys/first_seen';
import {KindField, ProjectField} from './keys/key_fields';
import {Snippets} from './keys/snippets';
import {ShownOnce} from './people/shown_once';

export function Start() {
  const keys = usePoll('keys', (signal) => get('/keys', {}, signal));
  const newest = usePoll('newest', (signal) => get('/events', {from: '0', limit: 1}, signal));
  const system = usePoll('system', (signal) => get('/system', {}, signal));
  const [made, setMade] = useState<MadeKey | null>(lastMade);
  // Who is led here by a new password, and needs no leading.
  const isLed = location.search === '?first';
  const isInUse = keys.data !== null && newest.data !== null && made === null &&
      (keys.data.keys.length > 0 || newest.data.events.length > 0);
  useEffect(() => {
    if (isLed && isInUse) go('/');
  }, [isLed && isInUse]);
  return (
    <div class="view">
      <div class="toolbar">
        <h1>First steps</h1>
        <Link href="/" class="button">Skip</Link>
      </div>
      <section class="card first people" aria-labelledby="step-key">
        <h2 id="step-key">1. A project and its key</h2>
        {made === null ? <MakeForm keys={keys.data} onMade={setMade} /> :
          <>
            <p>The key of <strong>{visible(made.key.project)}</strong>. Copy it now: it is not shown again.</p>
            <ShownOnce name="Key" text={made.secret} />
          </>}
      </section>
      <section class="card first people" aria-labelledby="step-send">
        <h2 id="step-send">2. Send an event</h2>
        <Snippets origin={originOf(system.data)} secret={made?.secret ?? 'KEY'}
                  isServerSide={made?.key.server_side ?? false} />
        <p class="hint">
          If clients reach the intake by another address, put it in at <Link href="/sources">Sources</Link>,
          where all protocols are.
        </p>
      </section>
      <section class="card first people" aria-labelledby="step-seen">
        <h2 id="step-seen">3. See it</h2>
        {made === null ? <p class="hint">Make the key first.</p> :
          <FirstSeen keys={keys.data} id={made.key.id} />}
        <p class="hint">Keys are bound, rotated and revoked at <Link href="/keys">Keys</Link>.</p>
      </section>
    </div>
  );
}

interface FormProps {
  keys: Parameters<typeof ProjectField>[0]['keys'];
  onMade: (made: MadeKey) => void;
}

function MakeForm({keys, onMade}: FormProps) {
  const form = useRef<HTMLFormElement>(null);
  const [error, setError] = useState('');
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    const fields = new FormData(form.current!);
    setBusy(true);
    setError('');
    try {
      const made = await post('/keys', {}, {
        project: String(fields.get('project')), server_side: fields.get('kind') === 'server',
      });
      rememberMade(made);
      onMade(made);
      refresh();
    } catch (failure) {
      setBusy(false);
      setError(sentence(String((failure as Error).message)));
    }
  };
  return (
    <form class="fields" ref={form} onSubmit={submit}>
      {error !== '' && <Notice kind="error" title="Not made.">{error}</Notice>}
      <ProjectField keys={keys} />
      <KindField />
      <button type="submit" class="button-main" disabled={isBusy}>Make the key</button>
    </form>
  );
}
