// Who did what, page by page. What strangers typed at the sign-in is put in as text.
import type {AuditEntry} from 'model';
import {useState} from 'preact/hooks';

import {get} from '../../api';
import * as format from '../../format';
import {CardBody} from '../../parts/card';
import {usePoll} from '../../poll';

const kActs: Record<string, string> = {
  'session.start': 'signed in',
  'session.end': 'signed out',
  'session.refuse': 'was refused at the sign-in',
  'session.revoke': 'ended a session of',
  'password.change': 'changed the password',
  'user.add': 'added',
  'user.role': 'changed the role of',
  'user.remove': 'removed',
  'user.invite': 'invited',
  'user.uninvite': 'took back the invitation of',
  'user.accept': 'accepted the invitation',
  'token.add': 'made the token',
  'token.remove': 'revoked the token',
  'key.add': 'made the key',
  'key.adopt': 'adopted the key',
  'key.change': 'changed the key',
  'key.rotate': 'rotated the key',
  'key.revoke': 'revoked the key',
  'view.share': 'shared the view',
  'view.change': 'changed the view',
  'view.remove': 'removed the view',
  'dead_letter.retry': 'retried dead letters',
  'dead_letter.edit': 'edited and retried the dead letter',
  'dead_letter.delete': 'deleted dead letters',
};

const kNotAsWritten = 'The file was changed here, past the log: this entry, or one before it';

export function AuditCard() {
  // Where each page begins that one has come by; the last one is shown.
  const [cursors, setCursors] = useState(['']);
  const cursor = cursors.at(-1)!;
  const page = usePoll(`audit ${cursor}`, (signal) =>
      get('/audit', {cursor: cursor || undefined}, signal));
  return (
    <section class="card letters people people-audit" aria-labelledby="audit-title" aria-busy={page.isOld}>
      <header class="card-head"><h2 id="audit-title">Audit log</h2></header>
      <CardBody polled={page}>{(data) => (
        <>
          <ul>{data.entries.map((entry) => <Entry key={entry.id} entry={entry} />)}</ul>
          <div class="acts pager">
            <button type="button" class="button" disabled={cursors.length === 1}
                    onClick={() => setCursors(cursors.slice(0, -1))}>
              Newer
            </button>
            <button type="button" class="button" disabled={data.next === null || page.isOld}
                    onClick={() => setCursors([...cursors, data.next!])}>
              Older
            </button>
          </div>
        </>
      )}</CardBody>
    </section>
  );
}

function Entry({entry: {at, actor, act, subject, detail, is_intact}}: {entry: AuditEntry}) {
  const isStranger = actor === '';
  const told = kActs[act] ?? act;
  const who = isStranger ? subject : actor;
  return (
    <li>
      <p class="letter-head">
        <span class="letter-when" title={format.fullTime(at)}>{format.listTime(at)}</span>
        <span>
          <strong>{who === '' ? 'Somebody' : format.visible(who)}</strong>{' '}
          {told}
          {!isStranger && subject !== '' && (subject !== actor || told.endsWith(' of')) &&
              <> <strong>{format.visible(subject)}</strong></>}
        </span>
        {detail !== '' && <span class="letter-note">{format.visible(detail)}</span>}
        {is_intact === false && (
          <span class="badge" title={kNotAsWritten}>
            not as written
          </span>
        )}
      </p>
    </li>
  );
}
