// What the person may do: one role everywhere, or one in each of some projects. The console holds
// to it whatever a page asks; this is what a page does not offer in vain.
import type {ProjectRole, Role, Session} from 'model';

export type Standing = Role | 'none';

export const kRoles: Role[] = ['viewer', 'editor', 'admin'];

let everywhere: Standing = 'none';
let limits: ProjectRole[] | null = null;

export function setRights({role, projects}: Pick<Session['user'], 'role' | 'projects'>): void {
  everywhere = role;
  limits = projects;
}

export const mayDo = (role: Standing, least: Role): boolean =>
    role !== 'none' && kRoles.indexOf(role) >= kRoles.indexOf(least);

// Whether there is anything that he does not see.
export const isLimited = (): boolean => limits !== null;

export const roleIn = (project: string): Standing => limits === null ? everywhere :
    limits.find((one) => one.project === project)?.role ?? 'none';

// His projects where they are all that he sees.
export const ownProjects = (): string[] | null =>
    limits === null ? null : limits.map((one) => one.project);

export const highestRole = (): Standing => (limits ?? []).reduce<Standing>(
    (highest, {role}) => mayDo(highest, role) ? highest : role, everywhere);

export const ownRights = () => ({role: everywhere, projects: limits});

// The project that is shown where the address says this one ('' for all).
export function openProject(named: string): string {
  if (limits === null || limits.some((one) => one.project === named)) return named;
  return limits[0]?.project ?? named;
}

// A question about what is of no project, which is asked by whom it is open to.
export const ofAll = (question: string): string | null => isLimited() ? null : question;
