// Another message in a dead letter's place: what is put into the queue instead of it. The worker
// says what is wrong with it, and where, before anything is changed.
import {useRef, useState} from 'preact/hooks';

import {ApiError, post} from '../api';
import * as format from '../format';
import {base64Of, bytesOf, placeOfByte, textOf} from '../message_bytes';

interface Props {
  id: string;
  base64: string;
  onDone: (atMs: number, base64: string) => void;  // What is in the queue now.
  onCancel: () => void;
}

export function EditLetter({id, base64, onDone, onCancel}: Props) {
  const before = textOf(bytesOf(base64));
  const isText = before !== null;
  const [message, setMessage] = useState(before ?? base64);
  const [fault, setFault] = useState('');
  const [isBusy, setBusy] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const send = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setFault('');
    try {
      const body = {message: isText ? message : message.replace(/\s/g, ''),
                    encoding: isText ? 'text' : 'base64'} as const;
      const {at} = await post('/queue/dead/{id}/edit', {id}, body);
      onDone(at, isText ? base64Of(message) : body.message);
    } catch (error) {
      setFault(faultText(error, message));
      const offset = error instanceof ApiError ? error.more.offset : null;
      if (isText && typeof offset === 'number') {
        const at = placeOfByte(message, offset);
        area.current?.focus();
        area.current?.setSelectionRange(at, at + 1);
      }
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="fields" onSubmit={send}>
      <label>
        {isText ? 'The message' : 'The message, as base64: it is no text'}
        <textarea class="field message-text" ref={area} spellcheck={false} value={message}
                  aria-invalid={fault !== ''} aria-describedby="edit-fault"
                  onInput={(event) => setMessage(event.currentTarget.value)} />
      </label>
      <p id="edit-fault" role="alert" class={fault === '' ? 'aside' : ''}>{fault}</p>
      <p class="box-acts">
        <button type="button" class="button" onClick={onCancel}>Back</button>
        <button type="submit" class="button apart" disabled={isBusy}>
          Put into the queue
        </button>
      </p>
    </form>
  );
}

function faultText(error: unknown, message: string): string {
  if (!(error instanceof ApiError)) return String(error);
  if (error.code !== 'not_storable') return format.sentence(error.message);
  const {offset} = error.more;
  const before = typeof offset === 'number' ? message.slice(0, placeOfByte(message, offset)) : null;
  const where = before === null ? '' :
      ` Line ${before.split('\n').length}, character ${before.length - before.lastIndexOf('\n')}.`;
  return `It could not be stored: ${format.sentence(error.message)}${where} Nothing was changed.`;
}
