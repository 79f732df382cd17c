// One dead letter in full, and what is done with it.
import {useEffect, useMemo, useState} from 'preact/hooks';

import {ApiError, getText} from '../api';
import * as format from '../format';
import {members} from '../json_text';
import {Dialog} from './dialog';
import {EditLetter} from './edit_letter';
import {MessageView} from './message_view';

interface Props {
  id: string;
  mayChange: boolean;
  isBusy: boolean;
  onRetry: () => void;
  onDelete: () => void;
  onEdited: (atMs: number, base64: string) => void;
  onClose: () => void;
}

const kPlaces: Record<string, string> = {
  file: 'On this machine’s disk', redis: 'In Redis', sidekiq: 'In Sidekiq’s dead set',
};

export function LetterDialog({id, mayChange, isBusy, onRetry, onDelete, onEdited, onClose}: Props) {
  const [json, setJson] = useState<string | null>(null);
  const [error, setError] = useState('');
  const [isEditing, setEditing] = useState(false);
  useEffect(() => {
    const stop = new AbortController();
    getText('/queue/dead/{id}', {id}, stop.signal).then(setJson, (failure) => {
      if (stop.signal.aborted) return;
      const isGone = failure instanceof ApiError && failure.status === 404;
      setError(isGone ? 'It is not there any more: somebody has retried or deleted it.' :
                        format.sentence(String(failure.message)));
    });
    return () => stop.abort();
  }, [id]);
  const letter = useMemo(() => json === null ? null : new Map(members(json)), [json]);
  const text = (name: string): string => {
    const value = letter?.get(name) ?? 'null';
    return value.startsWith('"') ? JSON.parse(value) : value === 'null' ? '' : value;
  };
  return (
    <Dialog title={letter ? text('reason') : 'Dead letter'} isWide onClose={onClose}>
      {error !== '' && <p class="card-empty" role="alert">{error}</p>}
      {error === '' && json === null && <p class="card-empty">Loading…</p>}
      {json !== null && letter && (isEditing ?
        <EditLetter id={id} base64={text('message')} onDone={onEdited}
                    onCancel={() => setEditing(false)} /> :
        <>
          {mayChange && (
            <p class="box-acts">
              <button type="button" class="button" disabled={isBusy} onClick={onRetry}>Retry</button>
              <button type="button" class="button" disabled={isBusy || letter.get('truncated') === 'true'}
                      onClick={() => setEditing(true)}>
                Edit and retry
              </button>
              <button type="button" class="button button-bad apart" disabled={isBusy}
                      onClick={onDelete}>
                Delete
              </button>
            </p>
          )}
          <dl class="members">
            <Member name="Set aside" text={timeText(text('at'))} />
            <Member name="In detail" text={text('detail')} />
            <Member name="Cannot be read" text={text('fault')} />
            <Member name="By" text={text('origin')} />
            <Member name="Lies" text={kPlaces[text('place')] ?? text('place')} />
            <Member name="Size" text={format.bytes(Number(text('bytes')))} />
            <Member name="Holds" text={whatText(text('form'), Number(text('total_events')))} />
            <Member name="Job" text={[text('class'), text('jid')].filter((one) => one !== '').join(' ')} />
          </dl>
          <MessageView json={json} name={`dead-letter-${id}`} />
        </>)}
    </Dialog>
  );
}

const timeText = (at: string) => at === '' ? '' : format.listTime(Number(at));

export function whatText(form: string, events: number): string {
  if (form === 'unknown') return events > 0 ? 'A job' : 'No message of ours';
  if (form === 'job') return 'A job';
  return `${format.count(events)} ${events === 1 ? 'event' : 'events'}`;
}

function Member({name, text}: {name: string, text: string}) {
  if (text === '') return null;
  return <div><dt>{name}</dt><dd>{format.visible(text)}</dd></div>;
}
