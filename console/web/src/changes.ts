// Whether stored events have changed, by one stream of the console for all tabs of a browser: the tab
// that has the lock listens and tells the others. Where there are no locks (a page that came by http
// from another machine), or no stream, every poll asks by its own time.
import {urlOf} from './client';
import {setChanges} from './poll';

const kName = 'penstock-changes';
// The one who listens says so this often; whoever has not heard it for longer asks by itself again.
const kTellMs = 5_000;
const kSilentMs = 15_000;
const kAgainMs = 30_000;

interface Told {
  changedAtMs: number;  // 0: never, since the stream began.
}

// Until the function that it returns is called: at the end of the session.
export function followChanges(): () => void {
  if (navigator.locks === undefined || typeof BroadcastChannel === 'undefined') return () => {};
  const stop = new AbortController();
  const channel = new BroadcastChannel(kName);
  let changedAtMs = 0;
  let heardAtMs = -kSilentMs;
  const hear = (told: Told) => {
    heardAtMs = performance.now();
    changedAtMs = Math.max(changedAtMs, told.changedAtMs);
  };
  channel.onmessage = ({data}) => hear(data as Told);
  setChanges({
    isFollowed: () => performance.now() - heardAtMs < kSilentMs,
    changedAtMs: () => changedAtMs,
  });
  const tell = (told: Told) => {
    hear(told);
    channel.postMessage(told);
  };
  navigator.locks.request(kName, {signal: stop.signal}, () => listen(tell, stop.signal))
      .catch(() => {});  // It was stopped while another tab listened.
  return () => {
    stop.abort();
    channel.close();
    setChanges(null);
  };
}

// Resolves when it is stopped, which gives the lock to another tab.
function listen(tell: (told: Told) => void, signal: AbortSignal): Promise<void> {
  let stream: EventSource | null = null;
  let changedAtMs = 0;
  const open = () => {
    stream = new EventSource(urlOf('GET', '/changes', {}));
    // What was missed before may be a change.
    stream.onopen = () => tell({changedAtMs: changedAtMs = Date.now()});
    stream.addEventListener('store', () => tell({changedAtMs: changedAtMs = Date.now()}));
  };
  open();
  const telling = setInterval(() => {
    if (stream?.readyState === EventSource.OPEN) tell({changedAtMs});
  }, kTellMs);
  // One that was refused does not try again by itself.
  const again = setInterval(() => {
    if (stream?.readyState === EventSource.CLOSED) open();
  }, kAgainMs);
  return new Promise((resolve) => signal.addEventListener('abort', () => {
    clearInterval(telling);
    clearInterval(again);
    stream?.close();
    resolve();
  }));
}
