// Single events: when they came, a table of them, and one in full.
import {useState} from 'preact/hooks';

import {useKeys, useRowKeys} from '../keys';
import {Bar} from '../parts/bar';
import {CardBody, MissingDays} from '../parts/card';
import {ColumnChoice} from '../parts/column_choice';
import {EventDialog} from '../parts/event_dialog';
import {EventTable} from '../parts/event_table';
import {ExportButton} from '../parts/export_button';
import {FilterBar} from '../parts/filter_bar';
import {Foot, Freshness} from '../parts/freshness';
import {Icon} from '../parts/icons';
import {Notice} from '../parts/notice';
import {SeriesCard} from '../parts/series_card';
import {chosenColumns, keepColumns} from '../columns';
import {useEventPages} from '../event_pages';
import * as format from '../format';
import {go, hrefOf, usePlace} from '../place';

const kPath = '/events';

export function Events() {
  const place = usePlace();
  const pages = useEventPages(place);
  const [columns, setColumns] = useState(chosenColumns);
  const [isChoosing, setChoosing] = useState(false);
  useKeys(place, kPath);
  useRowKeys();
  const choose = (chosen: string[]) => {
    keepColumns(chosen);
    setColumns(chosen);
  };
  return (
    <div class={pages.polled.isOld ? 'view is-old' : 'view'} aria-busy={pages.events === null}>
      <div class="toolbar">
        <h1>Events</h1>
        <Freshness polled={pages.polled} />
      </div>
      <Bar place={place} path={kPath} />
      <FilterBar place={place} path={kPath} />
      <SeriesCard place={place} path={kPath} />
      <section class="card events" aria-labelledby="events-title">
        <header class="card-head">
          <h2 id="events-title">Newest first</h2>
          <div class="card-tools">
            <ExportButton place={place} />
            <button type="button" class="button" onClick={() => setChoosing(true)}>
              <Icon name="table" />Columns
            </button>
          </div>
        </header>
        <CardBody polled={pages.shown}>{({events, missing_days}) => (
          <>
            <MissingDays days={missing_days} />
            {events.length === 0 ?
              <p class="card-empty">None in {place.range.title}{
                place.filters.length > 0 ? ' with these filters' : ''}.</p> :
              <EventTable events={events} columns={columns} place={place} path={kPath} />}
            {pages.error && (
              <Notice kind="error" title="No further events."
                      action={{text: 'Try again', run: pages.more}}>
                {format.sentence(pages.error)}
              </Notice>
            )}
            {pages.hasMore && (
              <p class="more">
                <button type="button" class="button" disabled={pages.isLoading}
                        onClick={pages.more}>
                  {pages.isLoading ? 'Loading …' : 'More'}
                </button>
              </p>
            )}
          </>
        )}</CardBody>
      </section>
      <Foot version={undefined}
            keys={<><kbd>j</kbd> <kbd>k</kbd> up and down <kbd>Esc</kbd> clear filters</>} />
      {isChoosing && (
        <ColumnChoice chosen={columns} onChange={choose} onClose={() => setChoosing(false)} />
      )}
      {place.eventId !== null && (
        <EventDialog id={place.eventId} place={place} path={kPath}
                     onClose={() => go(hrefOf({...place, eventId: null}, kPath))} />
      )}
    </div>
  );
}
