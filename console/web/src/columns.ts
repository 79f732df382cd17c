// The columns of the table of events: which there are, and which this browser shows.
import type {Event as StoredEvent} from 'model';

import type {Dimension} from './dimensions';
import {visible} from './format';

type Field = Exclude<keyof StoredEvent, 'properties' | 'is_bot' | 'occurred_at' | 'received_at'>;

interface Column {
  title: string;
  field: Field;
  dimension?: Dimension;  // That it is filtered by.
}

export const kColumns: Record<string, Column> = {
  path: {title: 'Path', field: 'path', dimension: 'path'},
  host: {title: 'Host', field: 'host', dimension: 'host'},
  url: {title: 'URL', field: 'url'},
  referrer: {title: 'Referrer', field: 'referrer_host', dimension: 'referrer'},
  campaign: {title: 'Campaign', field: 'utm_campaign', dimension: 'campaign'},
  campaign_source: {title: 'Campaign source', field: 'utm_source', dimension: 'utm_source'},
  campaign_medium: {title: 'Campaign medium', field: 'utm_medium', dimension: 'utm_medium'},
  user: {title: 'User', field: 'user_id'},
  anonymous: {title: 'Anonymous id', field: 'anonymous_id'},
  session: {title: 'Session', field: 'session_id'},
  browser: {title: 'Browser', field: 'browser', dimension: 'browser'},
  os: {title: 'System', field: 'os', dimension: 'os'},
  device: {title: 'Device', field: 'device', dimension: 'device'},
  country: {title: 'Country', field: 'country', dimension: 'country'},
  project: {title: 'Project', field: 'project', dimension: 'project'},
  source: {title: 'Source', field: 'source', dimension: 'source'},
  kind: {title: 'Kind', field: 'kind', dimension: 'kind'},
  ip: {title: 'Address', field: 'ip'},
};

const kDefault = ['path', 'referrer', 'user', 'browser', 'country'];
const kKey = 'penstock-columns';

export function chosenColumns(): string[] {
  const kept = localStorage.getItem(kKey);
  return kept === null ? kDefault : kept.split(',').filter((name) => name in kColumns);
}

export const keepColumns = (names: string[]) => localStorage.setItem(kKey, names.join(','));

export const cellText = (event: StoredEvent, name: string) =>
    visible(String(event[kColumns[name]!.field] ?? ''));
