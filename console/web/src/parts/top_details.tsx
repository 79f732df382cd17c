// All values of a card's dimension: searched, and as a file.
import {useState} from 'preact/hooks';

import {get} from '../api';
import {csvOf, saveCsv} from '../csv';
import * as format from '../format';
import type {List} from '../lists';
import {type Place, queryOf, questionOf} from '../place';
import {usePoll} from '../poll';
import {CardBody, MissingDays} from './card';
import {Dialog} from './dialog';
import {TopBars} from './top_bars';

const kRowsMax = 1000;  // What the console gives at most.

interface Props {
  list: List;
  place: Place;
  total: number | null;
  onClose: () => void;
}

export function TopDetails({list, place, total, onClose}: Props) {
  const [search, setSearch] = useState('');
  const {title, dimension, path} = list;
  const hasVisitors = path === '/stats/top';
  const counted = hasVisitors ? 'Events' : 'Visits';
  const polled = usePoll(`${questionOf(place)} ${list.name} ${search}`, (signal) => {
    const asked = {
      ...queryOf(place, Date.now()), dimension, limit: kRowsMax, search: search || undefined,
    };
    return hasVisitors ? get(path, {...asked, visitors: true}, signal) : get(path, asked, signal);
  });
  const rows = polled.isOld ? [] : polled.data?.rows ?? [];
  const save = () => saveCsv(
      `${list.name}.csv`,
      csvOf([
        [title, counted, ...(hasVisitors ? ['Visitors'] : [])],
        ...rows.map(({value, events, visitors}) =>
            [value, events, ...(visitors === undefined ? [] : [visitors])]),
      ]));
  // A row that was followed has changed the page below.
  const onFollowed = (click: MouseEvent) => click.defaultPrevented && onClose();
  return (
    <Dialog title={title} onClose={onClose} isWide>
      <div class="details-head">
        <input class="field" type="search" aria-label={`Search ${title}`} placeholder="Search"
               value={search} onInput={(event) => setSearch(event.currentTarget.value)} />
        <button type="button" class="button" disabled={rows.length === 0} onClick={save}>
          CSV
        </button>
      </div>
      <div class="details-rows" aria-busy={polled.isOld} onClick={onFollowed}>
        <CardBody polled={polled}>{(top) => (
          <>
            <MissingDays days={top.missing_days} />
            {top.rows.length === 0 ? <p class="card-empty">None.</p> : (
              <>
                <p class="bar bars-head" aria-hidden="true">
                  <span class="bar-value" />
                  {total !== null && <span class="bar-share">Share</span>}
                  {hasVisitors && <span class="bar-visitors">Visitors</span>}
                  <span class="bar-count">{counted}</span>
                </p>
                <TopBars list={list} rows={top.rows} total={total} place={place} />
              </>
            )}
            {top.rows.length === kRowsMax && (
              <p class="card-empty">
                The first {format.count(kRowsMax)}. Search to find others.
              </p>
            )}
          </>
        )}</CardBody>
      </div>
    </Dialog>
  );
}
