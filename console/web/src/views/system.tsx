// The product itself: its programs, what they count, the store's days, and the settings in effect.
import type {Configuration, Counted, Counts, Program, Programs, Setting, StoreDays} from 'model';
import {useRef, useState} from 'preact/hooks';

import {get} from '../api';
import * as format from '../format';
import type {ViewProps} from '../pages';
import {mayDo} from '../rights';
import {CardBody} from '../parts/card';
import {HealthStrip} from '../parts/health_strip';
import {kProgramStates, programText} from '../parts/pipeline_card';
import {Foot, Freshness} from '../parts/view';
import {type Polled, usePoll} from '../poll';
import {type Flow, flowOf} from '../flow';

// Of the store's days; a person wants the last ones first.
const kDaysShown = 14;
// Nobody can tell further ahead.
const kDaysToTell = 3650;

export function System({role}: ViewProps) {
  const programs = usePoll('programs', (signal) => get('/system/programs', {}, signal));
  const queue = usePoll('queue', (signal) => get('/queue', {}, signal));
  const isAdmin = mayDo(role, 'admin');
  return (
    <div class="view">
      <div class="toolbar">
        <h1>System</h1>
        <Freshness polled={programs} />
        {isAdmin && (
          <a class="button" href="/api/v1/system/bundle" download="">Support bundle</a>
        )}
      </div>
      <HealthStrip queue={queue.data} programs={programs.data} />
      <ProgramsCard polled={programs} />
      <div class="pair pair-even">
        <FlowCard polled={programs} />
        <StoreCard />
      </div>
      {isAdmin && <ConfigurationCard />}
      <Foot version={programs.data?.programs.at(-1)?.version ?? undefined}
            keys={<><kbd>r</kbd> refresh</>} />
    </div>
  );
}

function ProgramsCard({polled}: {polled: Polled<Programs>}) {
  return (
    <section class="card" aria-labelledby="programs-title">
      <header class="card-head"><h2 id="programs-title">Programs</h2></header>
      <CardBody polled={polled}>{({programs, time}) => (
        <div class="scroll-x" tabIndex={0} role="region" aria-label="Table of programs">
          <table class="facts facts-wide">
            <thead>
              <tr>
                <th scope="col">Program</th><th scope="col">State</th><th scope="col">Since</th>
                <th scope="col">Memory</th><th scope="col">Version</th><th scope="col">Listens at</th>
              </tr>
            </thead>
            <tbody>
              {programs.map((program) => (
                <ProgramRow key={program.name} program={program} nowMs={time} />
              ))}
            </tbody>
          </table>
        </div>
      )}</CardBody>
    </section>
  );
}

const kUnknown = <span class="none">–</span>;

function ProgramRow({program, nowMs}: {program: Program, nowMs: number}) {
  const {name, state, started_at, resident_bytes, version, listen, tls_listen} = program;
  const addresses = [...listen, ...tls_listen.map((one) => `${one} (TLS)`)];
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>
        <span class={`state state-${kProgramStates[state]}`}>{programText(program, 'runs')}</span>
      </td>
      <td title={started_at === null ? '' : format.fullTime(started_at)}>
        {started_at === null ? kUnknown : format.duration((nowMs - started_at) / 1000)}
      </td>
      <td>{resident_bytes === null ? kUnknown : format.bytes(resident_bytes)}</td>
      <td>{version ?? kUnknown}</td>
      <td>{addresses.length === 0 ? kUnknown : addresses.join(', ')}</td>
    </tr>
  );
}

// Rates are between two answers of the poll.
function FlowCard({polled}: {polled: Polled<Programs>}) {
  const before = useRef<Programs | null>(null);
  const latest = useRef<Programs | null>(null);
  if (polled.data !== null && polled.data !== latest.current) {
    before.current = latest.current;
    latest.current = polled.data;
  }
  return (
    <section class="card" aria-labelledby="flow-title">
      <header class="card-head">
        <h2 id="flow-title">Events</h2>
        <p class="hint">counted since the programs started</p>
      </header>
      <CardBody polled={polled}>{(programs) => (
        <>
          <FlowTable counts={programs.counts} flow={flowOf(before.current, programs)} />
          <CountedList title="Answers by status" counted={programs.counts.answers} />
          <CountedList title="Dropped by [traffic], by reason" counted={programs.counts.dropped} />
          <CountedList title="Marked as bots by [traffic], by reason"
                       counted={programs.counts.marked} />
          <CountedList title="Keys that are in no list, by how they begin"
                       counted={programs.counts.unknown_keys} />
        </>
      )}</CardBody>
    </section>
  );
}

const kFlows: {name: keyof Flow, title: string}[] = [
  {name: 'received', title: 'Received'},
  {name: 'stored', title: 'Stored'},
  {name: 'duplicates', title: 'Duplicates, stored once'},
  {name: 'spooled', title: 'Kept in the spool'},
  {name: 'rejected', title: 'Rejected: not valid'},
  {name: 'refused', title: 'Refused: no room, or no right'},
  {name: 'dead', title: 'Set aside as dead letters'},
];

function FlowTable({counts, flow}: {counts: Counts, flow: Flow}) {
  return (
    <table class="facts">
      <thead class="aside"><tr><th>What</th><th>Events</th><th>Now</th></tr></thead>
      <tbody>
        {kFlows.map(({name, title}) => {
          const count = counts[name];
          const rate = flow[name];
          return (
            <tr key={name}>
              <th scope="row">{title}</th>
              <td class="number">{count === null ? kUnknown : format.count(count)}</td>
              <td class="number">{rate === null ? kUnknown : format.rate(rate)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function CountedList({title, counted}: {title: string, counted: Counted[]}) {
  if (counted.length === 0) return null;
  return (
    <>
      <h3 class="facts-title">{title}</h3>
      <table class="facts">
        <tbody>
          {counted.map(({of, events}) => (
            <tr key={of}>
              <th scope="row">{format.visible(of)}</th>
              <td class="number">{format.count(events)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function StoreCard() {
  const polled = usePoll('store', (signal) => get('/system/store', {}, signal));
  const [isWhole, setWhole] = useState(false);
  return (
    <section class="card" aria-labelledby="store-title">
      <header class="card-head"><h2 id="store-title">Store</h2></header>
      <CardBody polled={polled}>{(store) => (
        <>
          <p class="facts-text">{outlookText(store)}</p>
          {store.rules.length > 0 && <RulesTable rules={store.rules} />}
          <table class="facts">
            <thead>
              <tr>
                <th scope="col">Day (UTC)</th><th scope="col" class="number">Events</th>
                <th scope="col" class="number">Size</th><th scope="col" class="number">Each</th>
              </tr>
            </thead>
            <tbody>
              {store.days.slice(0, isWhole ? undefined : kDaysShown).map((day) => (
                <DayRow key={day.day} day={day} />
              ))}
            </tbody>
          </table>
          {store.days.length > kDaysShown && (
            <p class="more">
              <button type="button" class="button" onClick={() => setWhole(!isWhole)}>
                {isWhole ? 'Fewer days' : `All ${format.count(store.days.length)} days`}
              </button>
            </p>
          )}
        </>
      )}</CardBody>
    </section>
  );
}

// What store.retain says, and what came of it.
function RulesTable({rules}: {rules: StoreDays['rules']}) {
  return (
    <table class="facts">
      <thead>
        <tr>
          <th scope="col">Kept by rule</th><th scope="col" class="number">Days</th>
          <th scope="col">Oldest event</th><th scope="col" class="number">Deleted</th>
        </tr>
      </thead>
      <tbody>
        {rules.map(({project, kind, days, oldest_at, removed}) => (
          <tr key={`${project} ${kind}`}>
            <th scope="row">
              {project === '' ? 'All projects' : format.visible(project)}
              {kind !== '' && `, ${format.visible(kind)}`}
            </th>
            <td class="number">{days === 0 ? 'for ever' : format.count(days)}</td>
            <td>{oldest_at === null ? kUnknown : format.listTime(oldest_at)}</td>
            <td class="number">{format.count(removed)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function DayRow({day: {day, events, bytes}}: {day: StoreDays['days'][number]}) {
  return (
    <tr>
      <th scope="row">{day}</th>
      <td class="number">
        {events === null ? <span class="state state-bad">cannot be read</span> :
                           format.count(events)}
      </td>
      <td class="number">{format.bytes(bytes)}</td>
      <td class="number">{events ? format.bytes(Math.round(bytes / events)) : kUnknown}</td>
    </tr>
  );
}

function outlookText({outlook, free_bytes, retention_days}: StoreDays): string {
  const parts = [`${format.bytes(outlook.bytes)} in ${format.count(outlook.days)} ${
      outlook.days === 1 ? 'day' : 'days'}; ${format.bytes(free_bytes)} of disk are free.`];
  parts.push(retention_days === 0 ? 'All days are kept.' :
                                    `Days are kept for ${format.count(retention_days)}.`);
  if (outlook.full_in_days !== null) {
    const days = Math.floor(outlook.full_in_days);
    const when = days > kDaysToTell ? 'in more than ten years' :
                                      `in ${format.count(days)} ${days === 1 ? 'day' : 'days'}`;
    parts.push(outlook.limit === 'disk' ?
        `At the rate of the last days the disk is full ${when}.` :
        `At the rate of the last days store.max_bytes is reached ${when}, and the oldest days ` +
        'go from then on.');
  }
  return parts.join(' ');
}

function ConfigurationCard() {
  const polled = usePoll('configuration', (signal) => get('/system/configuration', {}, signal));
  const [wanted, setWanted] = useState('');
  const [hasDefaults, setDefaults] = useState(false);
  const isMeant = ({name, value, set_at}: Setting) =>
      wanted !== '' ? `${name} ${value}`.toLowerCase().includes(wanted.toLowerCase()) :
                      hasDefaults || set_at !== null;
  return (
    <section class="card" aria-labelledby="configuration-title">
      <header class="card-head source-head">
        <h2 id="configuration-title">Settings in effect</h2>
        <input class="field" type="search" value={wanted} aria-label="Find a setting"
               placeholder="Find by name or value"
               onInput={(event) => setWanted(event.currentTarget.value)} />
        <label class="tick">
          <input type="checkbox" checked={hasDefaults}
                 onChange={(event) => setDefaults(event.currentTarget.checked)} />
          Those by default too
        </label>
      </header>
      <CardBody polled={polled}>{({settings}) => (
        <SettingsTable settings={settings.filter(isMeant)} />
      )}</CardBody>
    </section>
  );
}

function SettingsTable({settings}: Configuration) {
  if (settings.length === 0) return <p class="card-empty">None.</p>;
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label="Table of settings">
      <table class="facts facts-wide">
        <thead>
          <tr><th scope="col">Setting</th><th scope="col">Value</th><th scope="col">Set in</th></tr>
        </thead>
        <tbody>
          {settings.map(({name, value, set_at, is_waiting}) => (
            <tr key={name}>
              <th scope="row"><code>{name}</code></th>
              <td>
                <code>{value}</code>
                {is_waiting && <span class="badge">changes at the next start</span>}
              </td>
              <td>{set_at ?? <span class="none">by default</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
