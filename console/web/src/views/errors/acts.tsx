// What is done with groups of errors: buttons, and their keys.
import type {ErrorGroup} from 'model';
import {useState} from 'preact/hooks';

import {get, patch} from '../../api';
import type {Body} from '../../client';
import * as format from '../../format';
import {useKey} from '../../keys';
import type {Acts} from '../people/acts';
import {MuteDialog} from './mute_dialog';
import {AssignDialog} from './assign_dialog';

export type Change = Body<'PATCH', '/errors/{id}'>;

interface Props {
  groups: ErrorGroup[];  // One at least.
  acts: Acts;
  onDone: () => void;
}

export function ErrorActs({groups, acts, onDone}: Props) {
  const [asked, setAsked] = useState<'mute' | 'assign' | null>(null);
  const [users, setUsers] = useState<string[]>([]);
  const run = (change: Change, done: string) => void acts.run(async () => {
    setAsked(null);
    if (groups.length === 1) return patch('/errors/{id}', {id: groups[0]!.id}, change);
    return patch('/errors', {}, {...change, ids: groups.map(({id}) => id)});
  }, `${what(groups)} ${done}`).then((isDone) => isDone && onDone());
  const resolve = () => run({state: 'resolved'}, 'resolved until it happens again.');
  const ignore = () => run({state: 'ignored'}, 'ignored.');
  const assign = () => void get('/errors/assignees', {}).then(
      (answer) => {
        setUsers(answer.users);
        setAsked('assign');
      },
      (error) => acts.run(() => Promise.reject(error), ''));
  useKey('r', resolve);
  useKey('m', () => setAsked('mute'));
  useKey('i', ignore);
  useKey('a', assign);
  const isAll = (state: ErrorGroup['state']) => groups.every((group) => group.state === state);
  return (
    <div class="err-acts" role="group" aria-label="Acts">
      {!isAll('resolved') && (
        <button type="button" class="button" title="Resolve (r)" onClick={resolve}>Resolve</button>
      )}
      {groups.every((group) => group.last_release !== null) && (
        <button type="button" class="button"
                onClick={() => run({state: 'resolved', in_next_release: true},
                                   'resolved in the next release.')}>
          Resolve in the next release
        </button>
      )}
      <button type="button" class="button" title="Mute (m)" onClick={() => setAsked('mute')}>Mute</button>
      {!isAll('ignored') && (
        <button type="button" class="button" title="Ignore (i)" onClick={ignore}>Ignore</button>
      )}
      {!isAll('open') && (
        <button type="button" class="button" onClick={() => run({state: 'open'}, 'opened.')}>Open again</button>
      )}
      <button type="button" class="button" title="Assign (a)" onClick={assign}>Assign</button>
      {asked === 'mute' && (
        <MuteDialog onMute={(change) => run({state: 'muted', ...change}, 'muted.')}
                    onClose={() => setAsked(null)} />
      )}
      {asked === 'assign' && (
        <AssignDialog users={users} current={groups.length === 1 ? groups[0]!.assignee : null}
                      onAssign={(assignee) => run({assignee}, assignee === '' ?
                          'assigned to nobody.' : `assigned to ${assignee}.`)}
                      onClose={() => setAsked(null)} />
      )}
    </div>
  );
}

const what = (groups: ErrorGroup[]) => groups.length === 1 ?
    `${format.visible(groups[0]!.class)} is` : `${format.count(groups.length)} errors are`;
