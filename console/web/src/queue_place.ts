// Where one is on the page of the queue: its tab and what is chosen there, all in the address.

export const kQueueTabs = ['now', 'waiting', 'dead', 'retries', 'history'] as const;
export type QueueTab = typeof kQueueTabs[number];

export const kHistoryRanges = ['1h', '24h', '7d', '30d'] as const;
export type HistoryRange = typeof kHistoryRanges[number];

export interface QueuePlace {
  tab: QueueTab;
  reason: string;  // Of dead letters; '' for any.
  search: string;
  letter: string | null;  // The dead letter that is open.
  set: 'retry' | 'schedule';
  range: HistoryRange;
  isTable: boolean;  // The history as numbers.
}

const oneOf = <T extends string>(all: readonly T[], value: string | null, otherwise: T): T =>
    all.find((one) => one === value) ?? otherwise;

export function readQueuePlace(search: string): QueuePlace {
  const params = new URLSearchParams(search);
  return {
    tab: oneOf(kQueueTabs, params.get('tab'), 'now'),
    reason: params.get('reason') ?? '',
    search: params.get('search') ?? '',
    letter: params.get('letter'),
    set: oneOf(['retry', 'schedule'] as const, params.get('set'), 'retry'),
    range: oneOf(kHistoryRanges, params.get('range'), '24h'),
    isTable: params.get('chart') === 'table',
  };
}

// What is as by default is left out, and what is another tab's.
export function hrefOfQueue(place: QueuePlace): string {
  const params = new URLSearchParams();
  const {tab} = place;
  if (tab !== 'now') params.set('tab', tab);
  if (tab === 'dead') {
    if (place.reason !== '') params.set('reason', place.reason);
    if (place.search !== '') params.set('search', place.search);
    if (place.letter !== null) params.set('letter', place.letter);
  }
  if (tab === 'retries' && place.set !== 'retry') params.set('set', place.set);
  if (tab === 'history') {
    if (place.range !== '24h') params.set('range', place.range);
    if (place.isTable) params.set('chart', 'table');
  }
  const text = params.toString();
  return text === '' ? '/queue' : `/queue?${text}`;
}

// For the API: which dead letters.
export const deadQuery = ({reason, search}: Pick<QueuePlace, 'reason' | 'search'>) =>
    ({reason: reason || undefined, search: search || undefined});
