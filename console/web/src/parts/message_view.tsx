// A message of the queue in full: its events, and its bytes. What is in it came from strangers: it
// is put in as text.
import {useMemo} from 'preact/hooks';

import * as format from '../format';
import {elements, members, pretty} from '../json_text';
import {bytesOf, hexOf, save, textOf} from '../message_bytes';
import {CopyButton} from './copy_button';

const kHexShown = 4_096;
const kEventsOpen = 3;
const kEventsShown = 200;

interface Props {
  json: string;  // Of the answer, whose numbers are not read.
  name: string;  // Of files.
}

export function MessageView({json, name}: Props) {
  const parts = useMemo(() => partsOf(json), [json]);
  const {events, bytes, text, isCut} = parts;
  return (
    <>
      {events.slice(0, kEventsShown).map((event, i) => (
        <details class="message-part" key={i} open={i < kEventsOpen}>
          <summary>{eventTitle(event, i, events.length)}</summary>
          <pre class="json" tabIndex={0}>{pretty(event)}</pre>
        </details>
      ))}
      {events.length > kEventsShown && (
        <p class="hint">The first {kEventsShown} of {format.count(events.length)} events.</p>
      )}
      <details class="message-part" open={events.length === 0}>
        <summary>The message itself</summary>
        {text !== null ?
          <pre class="json" tabIndex={0}>{format.visible(text)}</pre> :
          <pre class="json hex" tabIndex={0}>{hexOf(bytes, kHexShown)}</pre>}
        {text === null && bytes.length > kHexShown && (
          <p class="hint">The first {format.bytes(kHexShown)}.</p>
        )}
      </details>
      <p class="box-acts">
        <button type="button" class="button" onClick={() => save(`${name}.bin`, bytes as BlobPart)}>
          Download
        </button>
        <button type="button" class="button" onClick={() => save(`${name}.hex.txt`, hexOf(bytes))}>
          As hex
        </button>
        <button type="button" class="button" onClick={() => save(`${name}.base64.txt`, parts.base64)}>
          As base64
        </button>
        {text !== null && <CopyButton text={text} />}
        {isCut && <span class="hint">Cut: it is larger than what is shown.</span>}
      </p>
    </>
  );
}

function partsOf(json: string) {
  const all = new Map(members(json));
  const base64: string = JSON.parse(all.get('message') ?? '""');
  const bytes = bytesOf(base64);
  return {
    base64,
    bytes,
    text: textOf(bytes),
    events: elements(all.get('events') ?? '[]'),
    isCut: all.get('truncated') === 'true',
  };
}

function eventTitle(event: string, i: number, count: number): string {
  const name = new Map(members(event)).get('name');
  const text = name?.startsWith('"') ? format.visible(JSON.parse(name)) : 'Event';
  return count === 1 ? text : `${i + 1}. ${text}`;
}
