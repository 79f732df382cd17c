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
  source: 'Source',
  browser: 'Browser',
  os: 'System',
  device: 'Device',
  country: 'Country',
  kind: 'Kind',
};
export const kDimensions = Object.keys(kDimensionTitles) as Dimension[];
