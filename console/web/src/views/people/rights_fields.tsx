// What somebody may do, as it is asked: a role everywhere, or projects with a role in each.
import type {ProjectRole, Role} from 'model';
import {useEffect, useState} from 'preact/hooks';

import {get} from '../../api';
import {Choice} from '../../parts/choice';
import {type Given, kByProject, kRoleOptions, kRoleTexts} from './roles';

interface Props {
  given: Given;
  onChange: (given: Given) => void;
}

export function RightsFields({given, onChange}: Props) {
  const rows = 'projects' in given ? given.projects : null;
  const choose = (value: string) =>
      onChange(value === kByProject.value ? {projects: rows ?? [{project: '', role: 'viewer'}]} :
                                            {role: value as Role});
  return (
    <>
      <label>
        Role
        <select class="field" value={'role' in given ? given.role : kByProject.value}
                onChange={(event) => choose(event.currentTarget.value)}>
          {kRoleOptions.map(({value, label}) => (
            <option key={value} value={value}>{label}: {kRoleTexts[value]}</option>
          ))}
          <option value={kByProject.value}>By project: sees these alone</option>
        </select>
      </label>
      {rows !== null && <Rows rows={rows} onChange={(projects) => onChange({projects})} />}
    </>
  );
}

function Rows({rows, onChange}: {rows: ProjectRole[], onChange: (rows: ProjectRole[]) => void}) {
  const [names, setNames] = useState<string[]>([]);
  useEffect(() => {
    const stop = new AbortController();
    get('/projects', {}, stop.signal).then(
        ({projects}) => setNames(projects.map(({name}) => name)), () => {});
    return () => stop.abort();
  }, []);
  const change = (at: number, row: Partial<ProjectRole>) =>
      onChange(rows.map((one, i) => i === at ? {...one, ...row} : one));
  return (
    <fieldset class="rights">
      <legend>Projects</legend>
      {rows.map(({project, role}, i) => (
        <div key={i} class="rights-row">
          <input class="field" aria-label={`Project ${i + 1}`} value={project} list="rights-names"
                 maxLength={64} autocomplete="off" required placeholder="shop"
                 onInput={(event) => change(i, {project: event.currentTarget.value})} />
          <Choice label={`Role in project ${i + 1}`} value={role} options={kRoleOptions}
                  onChange={(value) => change(i, {role: value as Role})} />
          <button type="button" class="button" aria-label={`Leave out project ${i + 1}`}
                  disabled={rows.length === 1}
                  onClick={() => onChange(rows.filter((_, at) => at !== i))}>
            Leave out
          </button>
        </div>
      ))}
      <datalist id="rights-names">
        {names.map((name) => <option key={name} value={name} />)}
      </datalist>
      <button type="button" class="button"
              onClick={() => onChange([...rows, {project: '', role: 'viewer'}])}>
        Another project
      </button>
    </fieldset>
  );
}
