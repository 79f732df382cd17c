// What events are counted and filtered by, and what people call it.
import type {TopDimension} from 'model';

export type Dimension = TopDimension;

// Every one that the API knows, or this is no Record.
export const kDimensionTitles: Record<Dimension, string> = {
  path: 'Path',
  name: 'Event',
  host: 'Host',
  referrer: 'Referrer',
  campaign: 'Campaign',
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

// A dimension's, or a property's own.
export const titleOf = (name: string) =>
    isDimension(name) ? kDimensionTitles[name] : name.replace(/^properties\./, '');
