// What events are counted and filtered by, and what people call it.
import type {TopDimension} from 'model';

export type Dimension = TopDimension;

// Every one that the API knows, or this is no Record.
export const kDimensionTitles: Record<Dimension, string> = {
  path: 'Path',
  name: 'Event',
  host: 'Host',
  channel: 'Channel',
  referrer: 'Referrer',
  campaign: 'Campaign',
  utm_source: 'Campaign source',
  utm_medium: 'Campaign medium',
  source: 'Protocol',
  browser: 'Browser',
  os: 'System',
  device: 'Device',
  country: 'Country',
  kind: 'Kind',
  project: 'Project',
};
export const kDimensions = Object.keys(kDimensionTitles) as Dimension[];

export function isDimension(text: string): text is Dimension {
  return (kDimensions as readonly string[]).includes(text);
}

// What else of an event may be filtered by: its other texts, and "text", which is all that it says.
export const kTextTitles: Record<string, string> = {
  user_id: 'User',
  anonymous_id: 'Anonymous id',
  session_id: 'Session',
  url: 'URL',
  ip: 'Address',
  user_agent: 'User agent',
  text: 'Any text',
};
export const kAllText = 'text';

// A dimension's or a text's, or a property's own.
export const titleOf = (name: string) => isDimension(name) ? kDimensionTitles[name] :
    kTextTitles[name] ?? name.replace(/^properties\./, '');
