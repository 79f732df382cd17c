// The lists of most frequent values: what each counts, and which cards show which.
import {type Dimension, kDimensionTitles, titleOf} from './dimensions';
import {propertyOf} from './filters';

export interface List {
  name: string;  // In the address.
  title: string;
  dimension: string;  // A dimension, or properties.KEY.
  path: '/stats/top' | '/stats/entries' | '/stats/exits';  // All events, or those at a visit's end.
}

const listOf = (dimension: Dimension): List =>
    ({name: dimension, title: kDimensionTitles[dimension], dimension, path: '/stats/top'});

const kEntry: List = {name: 'entry', title: 'Entry', dimension: 'path', path: '/stats/entries'};
const kExit: List = {name: 'exit', title: 'Exit', dimension: 'path', path: '/stats/exits'};

export interface Card {
  name: string;
  title: string;
  lists: readonly [List, ...List[]];
}

export const kCards: Card[] = [
  {name: 'pages', title: 'Pages',
   lists: [listOf('path'), kEntry, kExit, listOf('name'), listOf('host')]},
  {name: 'sources', title: 'Sources',
   lists: [listOf('channel'), listOf('referrer'), listOf('campaign'), listOf('utm_source'),
           listOf('utm_medium'), listOf('source')]},
  {name: 'clients', title: 'Clients',
   lists: [listOf('browser'), listOf('os'), listOf('device'), listOf('country')]},
];

// Of a card that shows a property of one's choice.
export const propertyList = (name: string): List =>
    ({name, title: titleOf(name), dimension: name, path: '/stats/top'});

const kNames = new Set(kCards.flatMap((card) => card.lists.map((list) => list.name)));

export const isListName = (name: string) => kNames.has(name) || propertyOf(name) !== null;
