// A protocol of the intake: whether it delivers, and opened, how to send by it.
import type {Source} from 'model';

import * as format from '../format';
import {lastMade} from '../made_key';
import {filled} from '../origin';
import {hrefOf, type Place, withFilter} from '../place';
import {Link} from './link';
import {Marked} from './marked';

interface Props {
  source: Source;
  origin: string;
  place: Place;
  nowMs: number;
}

type State = 'delivers' | 'waiting' | 'off';

const kStateTexts = {delivers: 'Delivers', waiting: 'Waiting', off: 'Switched off'};

export const stateOf = ({events, is_enabled}: Source): State =>
    !is_enabled ? 'off' : events > 0 ? 'delivers' : 'waiting';

export function SourceRow({source, origin, place, nowMs}: Props) {
  const state = stateOf(source);
  return (
    <details class={`source source-${state}`}>
      <summary>
        <span class="source-state">{kStateTexts[state]}</span>
        <span class="source-title">{source.title} <code>{source.name}</code></span>
        <span class="source-clients"><Marked text={source.clients} /></span>
        <span class="source-count">
          {source.events > 0 && (
            <span>{format.count(source.events)} {source.events === 1 ? 'event' : 'events'}</span>
          )}
          {source.last_event_at !== null && (
            <span class="source-last">last {format.duration(Math.max(0, nowMs - source.last_event_at) / 1000)} ago</span>
          )}
        </span>
      </summary>
      <div class="source-body">
        {source.events > 0 && (
          <p><Link href={hrefOf(withFilter(place, 'source', source.name))}>Show its events</Link></p>
        )}
        {state === 'off' && (
          <p>
            It is not answered: <code>{source.name} = true</code> in <code>[protocols]</code> of
            penstock.toml switches it on.
          </p>
        )}
        <Part title="What to set"><Marked text={filled(source.setting, origin, lastMade()?.secret)} /></Part>
        <Part title="Clients tried"><Marked text={source.clients} /></Part>
        {source.left_out !== '' && (
          <Part title="Not supported"><Marked text={source.left_out} /></Part>
        )}
        <h3>Paths</h3>
        <ul class="source-paths">
          {source.paths.map(({method, path}) => (
            <li key={method + path}><code>{method} {path}</code></li>
          ))}
        </ul>
        {source.fields.length > 0 && <Fields source={source} />}
      </div>
    </details>
  );
}

function Part({title, children}: {title: string, children: preact.ComponentChildren}) {
  return <><h3>{title}</h3><p>{children}</p></>;
}

function Fields({source: {fields, title}}: {source: Source}) {
  return (
    <table class="source-fields">
      <caption class="aside">What goes where, of {title}</caption>
      <thead>
        <tr><th scope="col">In the item</th><th scope="col">In the event</th></tr>
      </thead>
      <tbody>
        {fields.map(({from, to}) => (
          <tr key={from}><td><code>{from}</code></td><td><Marked text={to} /></td></tr>
        ))}
      </tbody>
    </table>
  );
}
