// The values of a property: its key is the viewer's to say, and stays in the address.
import {useState} from 'preact/hooks';

import {propertyOf} from '../filters';
import {propertyList} from '../lists';
import {go, hrefOf, type Place} from '../place';
import {TopList} from './top_list';

const kName = 'properties';

export function PropertyCard({place, total}: {place: Place, total: number | null}) {
  const chosen = place.tabs[kName] ?? null;
  const [key, setKey] = useState(chosen === null ? '' : propertyOf(chosen) ?? '');
  const onSubmit = (event: Event) => {
    event.preventDefault();
    const tabs = {...place.tabs};
    delete tabs[kName];
    if (key !== '') tabs[kName] = `properties.${key}`;
    go(hrefOf({...place, tabs}));
  };
  return (
    <TopList name={kName} title="Property" list={chosen === null ? null : propertyList(chosen)}
             place={place} total={total}>
      <form class="key" onSubmit={onSubmit}>
        <input class="field" value={key} aria-label="Key of the property" placeholder="Key"
               autocomplete="off" spellcheck={false}
               onInput={(event) => setKey(event.currentTarget.value)} />
        <button class="button">Show</button>
      </form>
    </TopList>
  );
}
