// What waits to be stored, oldest first, and one message in full.
import type {Waiting} from 'model';
import {useState} from 'preact/hooks';

import {getText} from '../api';
import * as format from '../format';
import {elements, members} from '../json_text';
import {usePoll} from '../poll';
import {CardBody} from './card';
import {startOf} from './dead_table';
import {Dialog} from './dialog';
import {whatText} from './letter_dialog';
import {MessageView} from './message_view';

const kRows = 100;

export function QueueWaiting({nowMs}: {nowMs: number}) {
  const [open, setOpen] = useState<string | null>(null);  // As it was when it was opened.
  const polled = usePoll('waiting', async (signal) => {
    const json = await getText('/queue/waiting', {limit: kRows}, signal);
    return {waiting: JSON.parse(json) as Waiting, json};
  });
  return (
    <section class="card" aria-labelledby="waiting-title">
      <header class="card-head">
        <h2 id="waiting-title">Oldest first</h2>
        <p class="hint" role="status">{polled.data && countText(polled.data.waiting)}</p>
      </header>
      <CardBody polled={polled}>{({waiting, json}) => waiting.messages.length === 0 ?
        <p class="card-empty">Nothing waits: what came has been stored.</p> :
        <div class="scroll-x" tabIndex={0} role="region" aria-label="Waiting messages">
          <table class="rows letter-table">
            <thead>
              <tr><th class="at">Waits for</th><th>Holds</th><th>Message</th><th class="size">Size</th></tr>
            </thead>
            <tbody>{waiting.messages.map((message, i) => {
              const show = () => setOpen(elements(new Map(members(json)).get('messages')!)[i]!);
              return (
                <tr key={i} onClick={show}>
                  <td class="at when">{message.at === null ? '–' : format.duration(
                      Math.max(0, nowMs - message.at) / 1000)}</td>
                  <td class="name">
                    <button type="button" class="button-link" onClick={show}>
                      {message.class ? format.visible(message.class) :
                                       whatText(message.form, message.total_events)}
                    </button>
                  </td>
                  <td>{startOf(message)}</td>
                  <td class="size">{format.bytes(message.bytes)}</td>
                </tr>
              );
            })}</tbody>
          </table>
        </div>}</CardBody>
      {open !== null && (
        <Dialog title="A waiting message" isWide onClose={() => setOpen(null)}>
          <p class="hint">As it was when you opened it: it may have been stored since.</p>
          <MessageView json={open} name="waiting-message" />
        </Dialog>
      )}
    </section>
  );
}

function countText({total, messages}: Waiting): string {
  return total > messages.length ?
      `${format.count(messages.length)} of ${format.count(total)} messages` :
      `${format.count(total)} ${total === 1 ? 'message' : 'messages'}`;
}
