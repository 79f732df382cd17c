// What somebody looks at often, under a name: filters, range and all else that stands in the
// address. One's own, and those that others share.
import type {Views} from 'model';
import {useEffect, useState} from 'preact/hooks';

import {get, post, remove} from '../api';
import type {Body} from '../client';
import * as format from '../format';
import {hrefOf, type Place} from '../place';
import {mayDo, roleIn} from '../rights';
import {Confirm, type Point, pointOf} from './confirm';
import {Dialog} from './dialog';
import {Link} from './link';
import {Notice} from './notice';

type View = Views['views'][number];
type NewViewBody = Body<'POST', '/views'>;

interface Props {
  place: Place;
  path: string;
  onClose: () => void;
}

export function SavedViews({place, path, onClose}: Props) {
  const [views, setViews] = useState<View[] | null>(null);
  const mayShare = mayDo(roleIn(place.project), 'editor');
  const [failure, setFailure] = useState('');
  // What is asked for may fail, and then says why; the list is as it is behind it.
  const attempt = async (act: () => Promise<unknown>) => {
    setFailure('');
    try {
      await act();
      setViews((await get('/views', {})).views);
    } catch (error) {
      setFailure(format.sentence(String((error as Error).message)));
    }
  };
  useEffect(() => {
    void attempt(async () => {});
  }, []);
  return (
    <Dialog title="Saved views" onClose={onClose}>
      {failure && <Notice kind="error" title="Not done.">{failure}</Notice>}
      {views === null ? !failure && <p role="status">Loading …</p> : (
        views.length === 0 ? <p class="hint">None yet. The one that you look at can be the first.</p> :
          <ul class="saved">
            {views.map((view) => (
              <ViewRow key={view.id} view={view} onOpen={onClose}
                       onRemove={() => void attempt(() => remove('/views/{id}', {id: view.id}))} />
            ))}
          </ul>
      )}
      <NewView mayShare={mayShare} onSave={(name, isShared) => void attempt(() => {
        const [page, query = ''] = hrefOf({...place, eventId: null}, path).split('?');
        return post('/views', {}, {
          name, page: page as NewViewBody['page'], query, is_shared: isShared,
        });
      })} />
    </Dialog>
  );
}

function ViewRow({view, onOpen, onRemove}: {
  view: View, onOpen: () => void, onRemove: () => void,
}) {
  const [at, setAt] = useState<Point | null>(null);
  const {name, page, query, is_shared, owner, may_change} = view;
  const note = is_shared ? `shared${owner ? ` by ${owner}` : ''}` : '';
  return (
    <li>
      <span class="saved-name" onClick={onOpen}>
        <Link href={query === '' ? page : `${page}?${query}`}>{format.visible(name)}</Link>
        {note && <span class="hint"> {note}</span>}
      </span>
      {may_change && (
        <button type="button" class="button" aria-label={`Remove ${name}`}
                onClick={(click) => setAt(pointOf(click))}>
          Remove
        </button>
      )}
      {at !== null && (
        <Confirm title="Remove this view?" verb="Remove" at={at} onClose={() => setAt(null)}
                 onConfirm={() => {
                   setAt(null);
                   onRemove();
                 }}>
          {format.visible(name)}{is_shared && ', for everybody'}.
        </Confirm>
      )}
    </li>
  );
}

interface NewProps {
  mayShare: boolean;
  onSave: (name: string, isShared: boolean) => void;
}

function NewView({mayShare, onSave}: NewProps) {
  const [name, setName] = useState('');
  const [isShared, setShared] = useState(false);
  const save = (event: Event) => {
    event.preventDefault();
    onSave(name.trim(), isShared);
    setName('');
  };
  return (
    <form class="fields" onSubmit={save}>
      <label>
        Save what you look at as
        <input class="field" value={name} maxLength={80} autocomplete="off"
               onInput={(event) => setName(event.currentTarget.value)} />
      </label>
      {mayShare && (
        <label class="tick tick-alone">
          <input type="checkbox" checked={isShared}
                 onChange={(event) => setShared(event.currentTarget.checked)} />
          Everybody sees it
        </label>
      )}
      <button type="submit" class="button-main" disabled={name.trim() === ''}>Save</button>
    </form>
  );
}
