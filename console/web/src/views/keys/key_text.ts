// What a key is bound to and whether it is in use, in words.
import type {Key} from 'model';

import * as format from '../../format';

export type KeyState = 'used' | 'silent' | 'ending' | 'over';

export function stateOf({revoked_at, expires_at, events}: Key, nowMs: number): KeyState {
  if (revoked_at !== null || (expires_at !== null && expires_at <= nowMs)) return 'over';
  if (expires_at !== null) return 'ending';
  return events !== null && events > 0 ? 'used' : 'silent';
}

export function boundTo({events_a_minute, origins, addresses}: Key): string[] {
  const parts: string[] = [];
  if (events_a_minute > 0) parts.push(`${format.count(events_a_minute)} events a minute`);
  if (origins.length > 0) parts.push(`from ${origins.join(', ')}`);
  if (addresses.length > 0) parts.push(`by ${addresses.join(', ')}`);
  return parts;
}

export function endText({revoked_at, expires_at}: Key, nowMs: number): string {
  if (revoked_at !== null) return `revoked ${format.listTime(revoked_at)}`;
  if (expires_at === null) return '';
  return `${expires_at <= nowMs ? 'ended' : 'ends'} ${format.listTime(expires_at)}`;
}

export function useText({events, refused, last_used_at}: Key): string {
  if (events === null) return 'use unknown';
  const parts = [last_used_at === null ? 'not used' : `used ${format.listTime(last_used_at)}`];
  if (events > 0) parts.push(`${format.count(events)} ${events === 1 ? 'event' : 'events'}`);
  if (refused !== null && refused > 0) {
    parts.push(`${format.count(refused)} ${refused === 1 ? 'request' : 'requests'} refused`);
  }
  return parts.join(', ');
}

// What a person typed, one a line or by commas.
export const listOf = (text: string) =>
    text.split(/[\s,]+/).filter((part) => part !== '');
