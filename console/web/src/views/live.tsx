// Events as they come.
import {useState} from 'preact/hooks';

import {chosenColumns, keepColumns} from '../columns';
import * as format from '../format';
import {useKey, useKeys, useRowKeys} from '../keys';
import {type Live as LiveState, type Rates, useLive} from '../live';
import type {ViewProps} from '../pages';
import {mayDo} from '../rights';
import {Bar} from '../parts/bar';
import {ColumnChoice} from '../parts/column_choice';
import {EventDialog} from '../parts/event_dialog';
import {EventTable} from '../parts/event_table';
import {FilterBar} from '../parts/filter_bar';
import {Icon} from '../parts/icons';
import {Notice} from '../parts/notice';
import {Foot} from '../parts/view';
import {go, hrefOf, usePlace} from '../place';

const kPath = '/live';

export function Live({role}: ViewProps) {
  const place = usePlace();
  const {live, isPaused, setPaused, clear} = useLive(place);
  const [columns, setColumns] = useState(chosenColumns);
  const [isChoosing, setChoosing] = useState(false);
  useKeys(place, kPath, true);
  useRowKeys();
  useKey('p', () => setPaused(!isPaused));
  const choose = (chosen: string[]) => {
    keepColumns(chosen);
    setColumns(chosen);
  };
  return (
    <div class="view">
      <div class="toolbar">
        <h1>Live</h1>
        <StateText live={live} isPaused={isPaused} />
      </div>
      <Bar place={place} path={kPath} isOfNow />
      <FilterBar place={place} path={kPath} />
      {live.trouble && (
        <Notice kind="error" title="The store cannot be read just now.">
          {format.sentence(live.trouble)} It goes on by itself.
        </Notice>
      )}
      <section class="card events" aria-labelledby="live-title">
        <header class="card-head">
          <h2 id="live-title">Newest first</h2>
          <p class="hint live-rates" role="status">{ratesText(live.rates)}</p>
          <div class="card-tools">
            <button type="button" class="button" aria-pressed={isPaused}
                    onClick={() => setPaused(!isPaused)}>
              {isPaused ? `Go on${live.held > 0 ? ` (${format.count(live.held)})` : ''}` : 'Pause'}
            </button>
            <button type="button" class="button" disabled={live.events.length === 0}
                    onClick={clear}>
              Clear
            </button>
            <button type="button" class="button" onClick={() => setChoosing(true)}>
              <Icon name="table" />Columns
            </button>
          </div>
        </header>
        {live.events.length === 0 ?
          <p class="card-empty">{
            isPaused ? 'Paused.' :
            `Waiting for events${place.filters.length > 0 ? ' that the filters leave' : ''} …`
          }</p> :
          <EventTable events={live.events} columns={columns} place={place} path={kPath}
                      picks={null} />}
      </section>
      <Foot version={undefined}
            keys={<><kbd>p</kbd> pause <kbd>j</kbd> <kbd>k</kbd> up and down</>} />
      {isChoosing && (
        <ColumnChoice chosen={columns} onChange={choose} onClose={() => setChoosing(false)} />
      )}
      {place.eventId !== null && (
        <EventDialog id={place.eventId} place={place} path={kPath} mayChange={mayDo(role, 'editor')}
                     onClose={() => go(hrefOf({...place, eventId: null}, kPath))} />
      )}
    </div>
  );
}

function StateText({live, isPaused}: {live: LiveState, isPaused: boolean}) {
  const text = live.state === 'opening' ? 'Connecting' :
      live.state === 'lost' ? 'Connection lost, trying again' :
      isPaused ? 'Paused' : 'Live';
  return (
    <p class={live.state === 'open' && !isPaused ? 'fresh' : 'fresh fresh-stale'}>
      <span class="fresh-dot" aria-hidden="true" />
      <span class="fresh-text">{text}</span>
    </p>
  );
}

function ratesText({stored, left, oneOf, isCut}: Rates): string {
  const more = isCut ? 'more than ' : '';
  const shown = oneOf > 1 ? `, 1 of ${format.count(oneOf)} shown` : '';
  return left === stored ? `${more}${format.rate(left)}${shown}` :
      `${more}${format.rate(left)} of ${format.rate(stored)}${shown}`;
}
