// The values of a property: its key is the viewer's to say, and stays in the address.
import type {Overview} from 'model';
import {useState} from 'preact/hooks';

import {propertyOf} from '../filters';
import {propertyList} from '../lists';
import {go, hrefOf, type Place} from '../place';
import type {Polled} from '../poll';
import {TopList} from './top_list';

const kName = 'properties';

export function PropertyCard({place, range}: {place: Place, range: Polled<Overview>}) {
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
             place={place} range={range}>
      <form class="key" onSubmit={onSubmit}>
        <input class="field" value={key} aria-label="Key of the property" placeholder="Key"
               autocomplete="off" spellcheck={false}
               onInput={(event) => setKey(event.currentTarget.value)} />
        <button class="button">Show</button>
      </form>
    </TopList>
  );
}
