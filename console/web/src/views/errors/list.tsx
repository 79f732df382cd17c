// Which groups of errors there are, and what is done with several.
import type {ErrorGroups} from 'model';
import {useEffect, useState} from 'preact/hooks';

import {get} from '../../api';
import {
  errorQuery, hrefOfErrors, kErrorSorts, kErrorTabs, type ErrorPlace, type ErrorSort, pathOfErrors,
  rangeQuery,
} from '../../error_place';
import {stateName} from '../../error_text';
import * as format from '../../format';
import {useKeys, useRowKeys} from '../../keys';
import {mayDo, type Standing} from '../../rights';
import {Bar} from '../../parts/bar';
import {CardBody, MissingDays} from '../../parts/card';
import {Choice} from '../../parts/choice';
import {FilterBar} from '../../parts/filter_bar';
import {Link} from '../../parts/link';
import {Notice} from '../../parts/notice';
import {Foot, Freshness, View} from '../../parts/view';
import {go, type Place, questionOf} from '../../place';
import {usePoll} from '../../poll';
import {Told, useActs} from '../people/acts';
import {ErrorActs} from './acts';
import {ErrorSearch} from './search';
import {ErrorTable} from './table';

const kRows = 25;

interface Props {
  place: Place;
  errors: ErrorPlace;
  role: Standing;
}

export function ErrorList({place, errors, role}: Props) {
  const path = pathOfErrors(errors);
  const asked = errorQuery(errors);
  const which = `${questionOf(place)} ${JSON.stringify(asked)}`;
  const [cursors, setCursors] = useState<string[]>([]);  // Of the pages before this one.
  const [picked, setPicked] = useState<ReadonlySet<number>>(new Set());
  const acts = useActs();
  const mayChange = mayDo(role, 'editor');
  useEffect(() => {
    setCursors([]);
    setPicked(new Set());
  }, [which]);
  const cursor = cursors.at(-1) ?? '';
  const page = usePoll(`${which} ${cursor}`, (signal) => get(
      '/errors', {...rangeQuery(place), ...asked, limit: kRows, cursor: cursor || undefined}, signal));
  useKeys(place, path, false, false);
  useRowKeys();
  const some = page.data?.groups.filter(({id}) => picked.has(id)) ?? [];
  const turn = (to: string[]) => {
    setCursors(to);
    setPicked(new Set());
  };

  return (
    <View isOld={page.isOld} isBusy={page.data === null}>
      <div class="toolbar">
        <h1>Errors</h1>
        <Freshness polled={page} />
      </div>
      <Bar place={place} path={path} isShort />
      <FilterBar place={place} path={path} />
      <Told acts={acts} />
      {page.data && <Progress data={page.data} />}
      <section class="card err-list" aria-labelledby="errors-title">
        <h2 id="errors-title" class="aside">By state</h2>
        <div class="letter-bar">
          <Tabs place={place} errors={errors} counts={page.data?.counts ?? null} />
          <ErrorSearch errors={errors} />
          <Choice label="Order" value={errors.sort}
                  onChange={(sort) =>
                    go(hrefOfErrors(place, {...errors, sort: sort as ErrorSort}))}
                  options={Object.entries(kErrorSorts).map(([value, label]) => ({value, label}))} />
          {errors.assignee !== '' && (
            <Link class="chip" href={hrefOfErrors(place, {...errors, assignee: ''})}
                  label="Assigned to anybody">
              {errors.assignee === 'none' ? 'Nobody’s' : format.visible(errors.assignee)} ×
            </Link>
          )}
        </div>
        {mayChange && some.length > 0 && (
          <div class="letter-bar err-chosen">
            <span role="status">{format.count(some.length)} chosen</span>
            <ErrorActs groups={some} acts={acts} onDone={() => setPicked(new Set())} />
            <button type="button" class="button" onClick={() => setPicked(new Set())}>None</button>
          </div>
        )}
        <CardBody polled={page}>{(data) => (
          <>
            <MissingDays days={data.missing_days} />
            {data.groups.length === 0 ? <Empty data={data} place={place} errors={errors} /> :
              <ErrorTable groups={data.groups} place={place} errors={errors} picked={picked}
                          mayChange={mayChange} onPick={setPicked} />}
            {data.is_partial && (
              <p class="hint err-note">“–”: there was no time to count this. A shorter range is
                counted sooner.</p>
            )}
            {(cursors.length > 0 || data.next_cursor !== null) && (
              <p class="turn">
                <button type="button" class="button" disabled={cursors.length === 0}
                        onClick={() => turn(cursors.slice(0, -1))}>Back</button>
                <button type="button" class="button" disabled={data.next_cursor === null || page.isOld}
                        onClick={() => turn([...cursors, data.next_cursor!])}>Further</button>
              </p>
            )}
          </>
        )}</CardBody>
      </section>
      <Foot version={undefined} hasRange
            keys={<><kbd>j</kbd> <kbd>k</kbd> up and down <kbd>Enter</kbd> open{
              mayChange && <> <kbd>x</kbd> choose <kbd>r</kbd> resolve <kbd>m</kbd> mute <kbd>i</kbd> ignore</>
            }</>} />
    </View>
  );
}

interface TabsProps {
  place: Place;
  errors: ErrorPlace;
  counts: ErrorGroups['counts'] | null;
}

function Tabs({place, errors, counts}: TabsProps) {
  return (
    <nav class="segments" aria-label="States">
      {kErrorTabs.map((tab) => (
        <Link key={tab} href={hrefOfErrors(place, {...errors, tab})} isCurrent={tab === errors.tab}>
          {tab === 'all' ? 'All' : stateName(tab)}
          {tab !== 'all' && counts && counts[tab] > 0 ? ` ${format.axis(counts[tab])}` : ''}
        </Link>
      ))}
    </nav>
  );
}

function Progress({data}: {data: ErrorGroups}) {
  return (
    <>
      {data.is_counting && (
        <Notice kind="info" title="Older errors are still being read.">
          {data.counted_until !== null && `So far what was stored until ${
            format.time(data.counted_until, Date.now())} is in its group.`}
        </Notice>
      )}
      {data.not_grouped > 0 && (
        <Notice kind="stale" title={`${format.count(data.not_grouped)} errors are in no group.`}>
          Their project has 5,000 groups, and each of these would have been another one. Errors whose
          fingerprints have a number or a time in them do this.
        </Notice>
      )}
    </>
  );
}

function Empty({data, place, errors}: {data: ErrorGroups, place: Place, errors: ErrorPlace}) {
  const {counts} = data;
  const all = counts.open + counts.resolved + counts.muted + counts.ignored;
  if (all === 0 && !data.is_counting) {
    return (
      <div class="err-empty">
        <h3>No errors yet</h3>
        <p>
          Point the SDK that you have at this intake: those of Sentry, Rollbar, Bugsnag, Airbrake and
          Raygun work as they are. Or send an event of kind <code>error</code>.
        </p>
        <p><Link class="button" href="/sources">Address and snippets</Link></p>
      </div>
    );
  }
  const has = errors.search !== '' || place.filters.length > 0 || errors.assignee !== '';
  return (
    <p class="card-empty">
      No {errors.tab === 'all' ? 'error' : `${stateName(errors.tab).toLowerCase()} error`} came in{' '}
      {place.range.title}{has ? ' with what is searched and filtered' : ''}.
    </p>
  );
}

