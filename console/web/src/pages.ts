// The pages: what address leads to which view, and who may see it. A new page is a row here and a
// view; the head shows those that the person may see.
import type {ComponentType} from 'preact';

import type {Role} from 'model';
import {later} from './parts/later';
import {highestRole, isLimited, mayDo, type Standing} from './rights';
import {Overview} from './views/overview';

export interface ViewProps {
  role: Standing;  // In the project that is shown.
  email: string;
}

export interface Page {
  path: string;
  title: string;
  role: Role;  // The least that sees it.
  view: ComponentType<ViewProps>;
  isOfAll?: boolean;  // Not for whom only some projects are open.
  isAside?: boolean;  // Not among the head's pages.
  hasMore?: boolean;  // What lies below its path is its, too.
}

export const kFirstSteps = '/start';

export const kPages: readonly Page[] = [
  {path: '/', title: 'Overview', role: 'viewer', view: Overview},
  {path: '/events', title: 'Events', role: 'viewer',
   view: later(() => import('./views/events').then(({Events}) => Events))},
  {path: '/live', title: 'Live', role: 'viewer',
   view: later(() => import('./views/live').then(({Live}) => Live))},
  {path: '/errors', title: 'Errors', role: 'viewer', hasMore: true,
   view: later(() => import('./views/errors').then(({Errors}) => Errors))},
  {path: '/sources', title: 'Sources', role: 'viewer',
   view: later(() => import('./views/sources').then(({Sources}) => Sources))},
  {path: '/queue', title: 'Queue', role: 'viewer', isOfAll: true,
   view: later(() => import('./views/queue').then(({QueueView}) => QueueView))},
  {path: '/system', title: 'System', role: 'viewer', isOfAll: true,
   view: later(() => import('./views/system').then(({System}) => System))},
  {path: '/keys', title: 'Keys', role: 'admin',
   view: later(() => import('./views/keys').then(({Keys}) => Keys))},
  {path: '/people', title: 'People', role: 'admin', isOfAll: true,
   view: later(() => import('./views/people').then(({People}) => People))},
  {path: '/account', title: 'Account', role: 'viewer', isAside: true,
   view: later(() => import('./views/people').then(({Account}) => Account))},
  {path: '/reference', title: 'API', role: 'viewer', isAside: true,
   view: later(() => import('./views/reference').then(({Reference}) => Reference))},
  {path: kFirstSteps, title: 'Start', role: 'admin', isAside: true, isOfAll: true,
   view: later(() => import('./views/keys').then(({Start}) => Start))},
];

// Those that are open to the person.
export function openPages(): Page[] {
  const role = highestRole();
  return kPages.filter((page) => mayDo(role, page.role) && !(page.isOfAll && isLimited()));
}

// Of an address that has none, or one that is not open.
const kNoPage: Page = {
  path: '', title: 'Not found', role: 'viewer',
  view: later(() => import('./views/no_page').then(({NoPage}) => NoPage)),
};

export function pageAt(path: string): Page {
  return openPages().find((page) => page.path === path ||
      (page.hasMore && path.startsWith(page.path + '/'))) ?? kNoPage;
}
