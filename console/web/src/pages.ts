// The pages: what address leads to which view, and who may see it. A new page is a row here and a
// view; the head shows those that the person may see.
import type {ComponentType} from 'preact';

import type {Role} from 'model';
import {later} from './parts/later';
import {Overview} from './views/overview';

export interface ViewProps {
  role: Role;
  email: string;
}

export interface Page {
  path: string;
  title: string;
  role: Role;  // The least that sees it.
  view: ComponentType<ViewProps>;
  isAside?: boolean;  // Not among the head's pages.
  hasMore?: boolean;  // What lies below its path is its, too.
}

export const kPages: readonly [Page, ...Page[]] = [
  {path: '/', title: 'Overview', role: 'viewer', view: Overview},
  {path: '/events', title: 'Events', role: 'viewer',
   view: later(() => import('./views/events').then(({Events}) => Events))},
  {path: '/live', title: 'Live', role: 'viewer',
   view: later(() => import('./views/live').then(({Live}) => Live))},
  {path: '/errors', title: 'Errors', role: 'viewer', hasMore: true,
   view: later(() => import('./views/errors').then(({Errors}) => Errors))},
  {path: '/sources', title: 'Sources', role: 'viewer',
   view: later(() => import('./views/sources').then(({Sources}) => Sources))},
  {path: '/queue', title: 'Queue', role: 'viewer',
   view: later(() => import('./views/queue').then(({QueueView}) => QueueView))},
  {path: '/system', title: 'System', role: 'viewer',
   view: later(() => import('./views/system').then(({System}) => System))},
  {path: '/keys', title: 'Keys', role: 'admin',
   view: later(() => import('./views/keys').then(({Keys}) => Keys))},
  {path: '/people', title: 'People', role: 'admin',
   view: later(() => import('./views/people').then(({People}) => People))},
  {path: '/account', title: 'Account', role: 'viewer', isAside: true,
   view: later(() => import('./views/people').then(({Account}) => Account))},
  {path: '/start', title: 'Start', role: 'admin', isAside: true,
   view: later(() => import('./views/keys').then(({Start}) => Start))},
];

const kRoles: Role[] = ['viewer', 'editor', 'admin'];

export function mayDo(role: Role, least: Role): boolean {
  return kRoles.indexOf(role) >= kRoles.indexOf(least);
}

export function pagesOf(role: Role): Page[] {
  return kPages.filter((page) => mayDo(role, page.role));
}

// What is no page, or is not for this role, is the first one.
export function pageAt(path: string, role: Role): Page {
  return pagesOf(role).find((page) => page.path === path ||
      (page.hasMore && path.startsWith(page.path + '/'))) ?? kPages[0];
}
