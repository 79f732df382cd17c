// Roles as people choose them.
import type {Role} from 'model';

export const kRoleOptions: {value: Role, label: string}[] = [
  {value: 'viewer', label: 'Viewer'},
  {value: 'editor', label: 'Editor'},
  {value: 'admin', label: 'Administrator'},
];

export const rankOf = (role: Role) => kRoleOptions.findIndex(({value}) => value === role);

export const kRoleTexts: Record<Role, string> = {
  viewer: 'sees',
  editor: 'also edits, deletes and retries, and shares views',
  admin: 'also users, tokens and settings',
};
