// One group of errors: what it is, how it goes, and its events.
import type {ErrorGroup, OneErrorGroup} from 'model';
import {useEffect, useState} from 'preact/hooks';

import {get} from '../../api';
import {type ErrorPlace, hrefOfErrors, pathOfErrors, rangeQuery, withBots} from '../../error_place';
import {stateText, untilText} from '../../error_text';
import {readFilter} from '../../filters';
import * as format from '../../format';
import {useKey, useKeys, useRowKeys} from '../../keys';
import {mayDo, roleIn} from '../../rights';
import {Bar} from '../../parts/bar';
import {CardBody, MissingDays} from '../../parts/card';
import {EventDialog} from '../../parts/event_dialog';
import {FilterBar} from '../../parts/filter_bar';
import type {LineChart as LineChartType} from '../../parts/line_chart';
import {Link} from '../../parts/link';
import {Notice} from '../../parts/notice';
import {Foot, Freshness, View} from '../../parts/view';
import {go, hrefOf, type Place, questionOf} from '../../place';
import {usePoll} from '../../poll';
import {Told, useActs} from '../people/acts';
import {ErrorActs} from './acts';
import {Breakdown} from './breakdown';
import {ErrorNotes} from './notes';
import {ReportCard} from './report';
import {SamplesCard} from './samples';
import {ago, StateBadge} from './table';

interface Props {
  place: Place;
  errors: ErrorPlace;
}

export function ErrorGroupView({place, errors}: Props) {
  const id = errors.id!;
  const path = pathOfErrors(errors);
  const polled = usePoll(`${questionOf(place)} ${id}`, (signal) => get(
      '/errors/{id}', {id, ...rangeQuery(place)}, signal));
  const acts = useActs();
  const listHref = hrefOfErrors(place, {...errors, id: null, sample: ''});
  useKeys(place, path, false, false);
  useRowKeys();
  useKey('u', () => go(listHref));
  const mayChange = mayDo(roleIn(polled.data?.group.project ?? ''), 'editor');
  const isGone = polled.data === null && polled.error?.status === 404;
  return (
    <View isOld={polled.isOld} isBusy={polled.data === null}>
      <div class="toolbar">
        <Link href={listHref}>Errors</Link>
        <Freshness polled={polled} />
      </div>
      {isGone ?
        <Notice kind="error" title="There is no such error." action={{text: 'All errors', run: () => go(listHref)}}>
          A group whose error has not come for long makes room for a new one.
        </Notice> :
        <CardBody polled={polled}>{({group}) => (
          <>
            <Head group={group} />
            {mayChange && <ErrorActs groups={[group]} acts={acts} onDone={() => {}} />}
          </>
        )}</CardBody>}
      <Told acts={acts} />
      {!isGone && <Bar place={place} path={path} isShort />}
      {!isGone && <FilterBar place={place} path={path} />}
      {polled.data && <Body data={polled.data} place={place} errors={errors} mayChange={mayChange} />}
      <Foot version={undefined} hasRange
            keys={<>{mayChange && <><kbd>r</kbd> resolve <kbd>m</kbd> mute <kbd>i</kbd> ignore <kbd>a</kbd> assign </>}
              <kbd>u</kbd> back to the list</>} />
      {place.eventId !== null && (
        <EventDialog id={place.eventId} place={place} path="/events" mayChange={mayChange}
                     onClose={() => go(hrefOf({...place, eventId: null}, path))} />
      )}
    </View>
  );
}

function Head({group}: {group: ErrorGroup}) {
  const until = untilText(group);
  return (
    <header class="err-head">
      <h1>{format.visible(group.class)}<StateBadge group={group} /></h1>
      <p class="err-said">{format.visible(group.message)}</p>
      <p class="hint">
        {[group.project, group.place, group.level].filter((one) => one !== null)
            .map((one) => format.visible(one!)).join(' · ')}
      </p>
      <p class="hint">
        {stateText(group)}{until && ` ${until}`}
        {group.state_at !== null && `, since ${format.listTime(group.state_at)}`}
        {group.state_by !== null && ` by ${format.visible(group.state_by)}`}
        {group.assignee !== null && `. Assigned to ${format.visible(group.assignee)}`}
        {group.fingerprint === null &&
          '. It came without a fingerprint: its events share their name and their message'}
      </p>
    </header>
  );
}

interface BodyProps {
  data: OneErrorGroup;
  place: Place;
  errors: ErrorPlace;
  mayChange: boolean;
}

function Body({data: {group, missing_days}, place, errors, mayChange}: BodyProps) {
  // Its events as every other page can ask for them.
  const own: Place = {
    ...withBots(place), project: group.project,
    filters: [...place.filters, ...group.filter.map(readFilter).filter((one) => one !== null)],
  };
  return (
    <>
      <MissingDays days={missing_days} />
      <dl class="tiles err-tiles">
        <Tile name="Events" value={known(group.events)} note={place.range.title} />
        <Tile name="Users" value={known(group.users)} note="about, in this range" />
        <Tile name="Of all time" value={format.tile(group.count)} note="events" />
        <Tile name="Last seen" value={ago(group.last_seen_at)} note={seenIn(group.last_release)} />
        <Tile name="First seen" value={ago(group.first_seen_at)} note={seenIn(group.first_release)} />
      </dl>
      <TrendCard group={group} place={place} />
      <div class="err-pair">
        <ReportCard id={errors.sample || group.sample} isNewest={errors.sample === ''}
                    hrefOfEvent={(eventId) => hrefOf({...place, eventId}, pathOfErrors(errors))} />
        <div class="err-side">
          <ErrorNotes id={group.id} mayChange={mayChange} />
          <Breakdown place={own} />
        </div>
      </div>
      <SamplesCard group={group} place={place} errors={errors} allHref={hrefOf(own, '/events')} />
    </>
  );
}

const known = (n: number | null | undefined) => n === null || n === undefined ? '–' : format.tile(n);
const seenIn = (release: string | null) => release === null ? 'of no release' : `in ${format.visible(release)}`;

function Tile({name, value, note}: {name: string, value: string, note: string}) {
  return (
    <div class="tile">
      <dt>{name}</dt>
      <dd class="tile-value">{value}</dd>
      <dd class="tile-note">{note}</dd>
    </div>
  );
}

function TrendCard({group: {trend}, place}: {group: ErrorGroup, place: Place}) {
  const [loaded, setLoaded] = useState<{LineChart: typeof LineChartType} | null>(null);
  useEffect(
      () => void import('../../parts/line_chart').then(({LineChart}) => setLoaded({LineChart})), []);
  const most = Math.max(0, ...trend?.events ?? []);
  return (
    <section class="card series" aria-labelledby="trend-title">
      <header class="card-head">
        <h2 id="trend-title">Trend</h2>
        <p class="legend">
          <span><span class="swatch swatch-events" />Events</span>
          <span><span class="swatch swatch-visitors" />Users</span>
        </p>
      </header>
      {!trend ? <p class="card-empty">There was no time to count them: a shorter range is counted
        sooner.</p> :
        <figure role="img" aria-label={`Chart of its events in ${place.range.title}: at most ${format.count(most)} at a time.`}>
          {loaded ?
            <loaded.LineChart key={trend.t.length} t={trend.t} step={stepOf(trend.t)} unit="count"
                              text={format.axis} lines={[{name: 'Events', values: trend.events}, {name: 'Users', values: trend.users}]} /> :
            <div class="chart-place" />}
        </figure>}
    </section>
  );
}

const stepOf = (t: number[]) => t.length > 1 ? t[1]! - t[0]! : 60;
