// Roles as people choose them.
import type {ProjectRole, Role} from 'model';
import {kRoles, type Standing} from '../../rights';

export const kRoleOptions: {value: Role, label: string}[] = [
  {value: 'viewer', label: 'Viewer'},
  {value: 'editor', label: 'Editor'},
  {value: 'admin', label: 'Administrator'},
];
export const kByProject = {value: 'none', label: 'By project'};

export const kRoleTexts: Record<Role, string> = {
  viewer: 'sees',
  editor: 'also edits, deletes and retries, and shares views',
  admin: 'also users, tokens and settings',
};

// What the API takes: one role everywhere, or one in each of some projects.
export type Given = {role: Role} | {projects: ProjectRole[]};
export const kOneProject: Given = {projects: [{project: '', role: 'viewer'}]};

interface Rights {
  role: Standing;
  projects: ProjectRole[] | null;
}

// "editor", or "viewer in blog, editor in shop".
export const rightsText = ({role, projects}: Rights): string => projects === null ? role :
    projects.map((one) => `${one.role} in ${one.project}`).join(', ') || 'none';

export const givenText = (given: Given): string =>
    'role' in given ? given.role : rightsText({role: 'none', projects: given.projects});

// At most this one.
export const rolesUpTo = (role: Standing) =>
    kRoleOptions.filter(({value}) => kRoles.indexOf(value) <= kRoles.indexOf(role as Role));
