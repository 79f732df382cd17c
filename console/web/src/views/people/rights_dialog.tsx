// Changes what a user may do.
import type {User} from 'model';
import {useState} from 'preact/hooks';

import {Dialog} from '../../parts/dialog';
import {RightsFields} from './rights_fields';
import {type Given, kOneProject} from './roles';

interface Props {
  user: User;
  onGive: (given: Given) => void;
  onClose: () => void;
}

export function RightsDialog({user, onGive, onClose}: Props) {
  const [given, setGiven] = useState<Given>(
      user.projects !== null && user.projects.length > 0 ? {projects: user.projects} : kOneProject);
  const submit = (event: Event) => {
    event.preventDefault();
    onGive(given);
  };
  return (
    <Dialog title={`Role of ${user.email}`} onClose={onClose}>
      <form class="fields" onSubmit={submit}>
        <RightsFields given={given} onChange={setGiven} />
        <p class="hint">Less than before ends the user’s sessions.</p>
        <button type="submit" class="button-main">Save</button>
      </form>
    </Dialog>
  );
}
