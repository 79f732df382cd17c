// Who sees to an error.
import {useState} from 'preact/hooks';

import {Choice} from '../../parts/choice';
import {Dialog} from '../../parts/dialog';

interface Props {
  users: string[];
  current: string | null;
  onAssign: (email: string) => void;
  onClose: () => void;
}

export function AssignDialog({users, current, onAssign, onClose}: Props) {
  const [email, setEmail] = useState(current ?? '');
  const submit = (event: Event) => {
    event.preventDefault();
    onAssign(email);
  };
  return (
    <Dialog title="Assign to" onClose={onClose}>
      <form class="fields" onSubmit={submit}>
        <Choice label="User" value={email} onChange={setEmail}
                options={[{value: '', label: 'Nobody'},
                          ...users.map((user) => ({value: user, label: user}))]} />
        <div class="acts">
          <button type="submit" class="button-main">Assign</button>
          <button type="button" class="button" onClick={onClose}>Cancel</button>
        </div>
      </form>
    </Dialog>
  );
}
