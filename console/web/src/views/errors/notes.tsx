// What people wrote about a group.
import {useState} from 'preact/hooks';

import {get, post, remove} from '../../api';
import * as format from '../../format';
import {CardBody} from '../../parts/card';
import {Confirm, type Point, pointOf} from '../../parts/confirm';
import {usePoll} from '../../poll';
import {Told, useActs} from '../people/acts';

export function ErrorNotes({id, mayChange}: {id: number, mayChange: boolean}) {
  const polled = usePoll(`notes ${id}`, (signal) => get(
      '/errors/{id}/notes', {id}, signal));
  const [text, setText] = useState('');
  const [asked, setAsked] = useState<{note: number, at: Point} | null>(null);
  const acts = useActs();
  const submit = (event: Event) => {
    event.preventDefault();
    if (text.trim() === '') return;
    void acts.run(() => post('/errors/{id}/notes', {id}, {text}), 'The note is there.')
        .then((isDone) => isDone && setText(''));
  };
  return (
    <section class="card err-notes" aria-labelledby="notes-title">
      <header class="card-head"><h2 id="notes-title">Notes</h2></header>
      <Told acts={acts} />
      <CardBody polled={polled}>{({notes}) => (
        <>
          {notes.length === 0 && <p class="card-empty">None yet.</p>}
          <ul>{notes.map((note) => (
            <li key={note.id}>
              <p class="err-note-text">{format.visible(note.text.replaceAll('\n', '\u2424'))
                  .replaceAll('\u2424', '\n')}</p>
              <p class="hint">
                {format.visible(note.author)}, {format.listTime(note.at)}
                {note.may_remove && (
                  <button type="button" class="button-link" aria-label="Remove this note"
                          onClick={(event) => setAsked({note: note.id, at: pointOf(event)})}>
                    Remove
                  </button>
                )}
              </p>
            </li>
          ))}</ul>
        </>
      )}</CardBody>
      {mayChange && (
        <form class="fields err-write" onSubmit={submit}>
          <label>
            <span class="aside">New note</span>
            <textarea class="field" rows={2} maxLength={4000} value={text} placeholder="Write a note"
                      onInput={(event) => setText(event.currentTarget.value)} />
          </label>
          <button type="submit" class="button" disabled={text.trim() === ''}>Add note</button>
        </form>
      )}
      {asked && (
        <Confirm title="Remove this note?" verb="Remove" at={asked.at} onClose={() => setAsked(null)}
                 onConfirm={() => {
                   setAsked(null);
                   void acts.run(() => remove('/errors/notes/{id}', {id: asked.note}), 'The note was removed.');
                 }}>
          Nobody can read it any more.
        </Confirm>
      )}
    </section>
  );
}
