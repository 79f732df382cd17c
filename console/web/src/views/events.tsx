// Single events: when they came, a table of them, and one in full.
import {useEffect, useState} from 'preact/hooks';

import {useKeys, useRowKeys} from '../keys';
import {Bar} from '../parts/bar';
import {CardBody, MissingDays} from '../parts/card';
import {ChosenEventsBar} from '../parts/chosen_events';
import {ColumnChoice} from '../parts/column_choice';
import {EventDialog} from '../parts/event_dialog';
import {EventTable} from '../parts/event_table';
import {ExportButton} from '../parts/export_button';
import {FilterBar} from '../parts/filter_bar';
import {Icon} from '../parts/icons';
import {Notice} from '../parts/notice';
import {SearchEvents} from '../parts/search_events';
import {SeriesCard} from '../parts/series_card';
import {Foot, Freshness, View} from '../parts/view';
import {get} from '../api';
import {chosenColumns, keepColumns} from '../columns';
import {useEventPages} from '../event_pages';
import * as format from '../format';
import type {ViewProps} from '../pages';
import {mayDo} from '../rights';
import {go, hrefOf, queryOf, questionOf, stepQuery, usePlace} from '../place';
import {usePoll} from '../poll';

const kPath = '/events';

export function Events({role}: ViewProps) {
  const place = usePlace();
  const mayChange = mayDo(role, 'editor');
  const pages = useEventPages(place);
  const [columns, setColumns] = useState(chosenColumns);
  const [isChoosing, setChoosing] = useState(false);
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const question = questionOf(place);
  const series = usePoll(question, (signal) =>
      get('/stats/timeseries', {...queryOf(place, Date.now()), ...stepQuery(place)}, signal));
  useEffect(() => setPicked(new Set()), [question]);
  useKeys(place, kPath);
  useRowKeys();
  const choose = (chosen: string[]) => {
    keepColumns(chosen);
    setColumns(chosen);
  };
  return (
    <View isOld={pages.polled.isOld} isBusy={pages.events === null}>
      <div class="toolbar">
        <h1>Events</h1>
        <Freshness polled={pages.polled} />
      </div>
      <Bar place={place} path={kPath} />
      <FilterBar place={place} path={kPath} />
      <SeriesCard place={place} path={kPath} polled={series} />
      <section class="card events" aria-labelledby="events-title">
        <header class="card-head">
          <h2 id="events-title">Newest first</h2>
          <div class="card-tools">
            <SearchEvents place={place} path={kPath} />
            <ExportButton place={place} />
            <button type="button" class="button" onClick={() => setChoosing(true)}>
              <Icon name="table" />Columns
            </button>
          </div>
        </header>
        {mayChange && (
          <ChosenEventsBar key={question} place={place} picked={picked} hasMore={pages.hasMore}
                           onNone={() => setPicked(new Set())} />
        )}
        <CardBody polled={pages.shown}>{({events, missing_days}) => (
          <>
            <MissingDays days={missing_days} />
            {events.length === 0 ?
              <p class="card-empty">None in {place.range.title}{
                place.filters.length > 0 ? ' with these filters' : ''}.</p> :
              <EventTable events={events} columns={columns} place={place} path={kPath}
                          picks={mayChange ? {picked, onPick: setPicked} : null} />}
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
      <Foot version={undefined} hasRange
            keys={<><kbd>j</kbd> <kbd>k</kbd> up and down <kbd>/</kbd> search <kbd>Esc</kbd> clear filters</>} />
      {isChoosing && (
        <ColumnChoice chosen={columns} onChange={choose} onClose={() => setChoosing(false)} />
      )}
      {place.eventId !== null && (
        <EventDialog id={place.eventId} place={place} path={kPath} mayChange={mayChange}
                     onClose={() => go(hrefOf({...place, eventId: null}, kPath))} />
      )}
    </View>
  );
}
