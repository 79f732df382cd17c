// What the API answers, as /api/v1/openapi.json describes it.

export type Role = 'viewer' | 'editor' | 'admin';

export interface Session {
  csrf_token: string;
  expires_at: number;
  user: {email: string; role: Role; must_change_password: boolean};
}

export interface Timeseries {
  from: number;
  to: number;
  step: number;
  t: number[];
  events: number[];
  visitors: number[];  // Empty where a filter names a dimension.
}

export interface TopRow {
  value: string;
  events: number;
}

export interface Summary {
  events: number;
  visitors: number;
  bots: number;
  newest_received_at: number | null;
}

export interface StoredEvent {
  id: string;
  project: string;
  source: string;
  name: string;
  received_at: number;
  occurred_at: number;
  url: string;
  path: string;
  referrer_host: string;
  browser: string;
  os: string;
  country: string;
  is_bot: boolean;
  properties: unknown;
  [member: string]: unknown;
}

export interface Queue {
  kind: 'redis' | 'spool';
  reachable: boolean;
  depth: number | null;
  oldest_seconds: number | null;
  dead: number | null;
  spool_bytes: number;
  detail?: string;
}

export interface DeadLetter {
  id: string;
  at: number | null;
  reason: string;
  origin: string;
  bytes: number;
  message: string;  // Base64, of its beginning.
}

export interface DeadLetters {
  total: number;
  letters: DeadLetter[];
  next: string | null;
}

export interface System {
  version: string;
  time: number;
  started_at: number;
  programs: {name: string; running: boolean; listen: string[]}[];
}

export const kDimensions = [
  'path', 'name', 'host', 'referrer', 'campaign', 'source', 'browser', 'os', 'device', 'country',
] as const;
export type Dimension = (typeof kDimensions)[number];

export const kDimensionTitles: Record<Dimension, string> = {
  path: 'Path',
  name: 'Event',
  host: 'Host',
  referrer: 'Referrer',
  campaign: 'Campaign',
  source: 'Source',
  browser: 'Browser',
  os: 'System',
  device: 'Device',
  country: 'Country',
};
