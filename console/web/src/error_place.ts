// Where one is on the page of errors: the group that is open, or which groups the list has. What
// every page of data asks by stands in the address beside it (place.ts).
import {hrefOf, type Place, queryOf} from './place';

export const kErrorTabs = ['open', 'muted', 'resolved', 'ignored', 'all'] as const;
export type ErrorTab = typeof kErrorTabs[number];

export const kErrorSorts = {
  last_seen: 'Newest first',
  first_seen: 'Youngest first',
  events: 'Most in the range first',
  users: 'Most users first',
  count: 'Most of all time first',
} as const;
export type ErrorSort = keyof typeof kErrorSorts;

export interface ErrorPlace {
  id: number | null;  // Of the open group.
  sample: string;     // The event that it shows; '' for its newest.
  tab: ErrorTab;
  search: string;
  assignee: string;  // '' for all, 'none', or an e-mail address.
  sort: ErrorSort;
}

const kPath = '/errors';

export function readErrorPlace(path: string, search: string): ErrorPlace {
  const params = new URLSearchParams(search);
  const id = /^\/errors\/([1-9]\d{0,14})$/.exec(path);
  const sort = params.get('sort') ?? '';
  return {
    id: id ? Number(id[1]) : null,
    sample: params.get('sample') ?? '',
    tab: kErrorTabs.find((one) => one === params.get('state')) ?? 'open',
    search: params.get('search') ?? '',
    assignee: params.get('assignee') ?? '',
    sort: sort in kErrorSorts ? sort as ErrorSort : 'last_seen',
  };
}

// For parts that make the rest of the address themselves.
export function pathOfErrors({id, sample, tab, search, assignee, sort}: ErrorPlace): string {
  const params = new URLSearchParams();
  if (tab !== 'open') params.set('state', tab);
  if (search !== '') params.set('search', search);
  if (assignee !== '') params.set('assignee', assignee);
  if (sort !== 'last_seen') params.set('sort', sort);
  if (id !== null && sample !== '') params.set('sample', sample);
  const path = id === null ? kPath : `${kPath}/${id}`;
  const text = params.toString();
  return text === '' ? path : `${path}?${text}`;
}

export const hrefOfErrors = (place: Place, errors: ErrorPlace) => hrefOf(place, pathOfErrors(errors));

// What an SDK of a server says of itself looks like a bot's name: errors are never left out for it.
export const withBots = (place: Place): Place => ({...place, bots: '1'});
export const rangeQuery = (place: Place) => queryOf(withBots(place), Date.now());

// For the API: which groups.
export const errorQuery = ({tab, search, assignee, sort}: ErrorPlace) =>
    ({state: tab, sort, search: search || undefined, assignee: assignee || undefined});
