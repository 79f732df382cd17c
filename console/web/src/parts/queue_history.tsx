// The queue over time: how much waited, how long, what died, and how much came and went. Where
// there is no sample there is no line.
import type {QueueHistory} from 'model';
import {useEffect, useState} from 'preact/hooks';

import {get} from '../api';
import * as format from '../format';
import {usePoll} from '../poll';
import {type HistoryRange, hrefOfQueue, kHistoryRanges, type QueuePlace} from '../queue_place';
import {CardBody} from './card';
import {Icon} from './icons';
import type {LineChart as LineChartType} from './line_chart';
import {Link} from './link';

const kRanges: Record<HistoryRange, {seconds: number, step: number, title: string}> = {
  '1h': {seconds: 3_600, step: 60, title: 'The last hour'},
  '24h': {seconds: 86_400, step: 600, title: 'The last 24 hours'},
  '7d': {seconds: 7 * 86_400, step: 3_600, title: 'The last 7 days'},
  '30d': {seconds: 30 * 86_400, step: 6 * 3_600, title: 'The last 30 days'},
};

type Values = (number | null)[];
interface Drawing {
  title: string;
  note: string;
  unit: 'count' | 'seconds';
  lines: {name: string, of: (history: QueueHistory) => Values}[];
  text: (n: number) => string;
}

const plain = (n: number) => n < 100 ? String(Math.round(n * 10) / 10) : format.count(Math.round(n));
const kDrawings: Drawing[] = [
  {title: 'Waiting', note: 'messages at most', unit: 'count', text: plain,
   lines: [{name: 'Waiting', of: ({depth}) => depth}]},
  {title: 'Age of the oldest', note: '', unit: 'seconds', text: format.duration,
   lines: [{name: 'Oldest', of: ({oldest_seconds}) => oldest_seconds}]},
  {title: 'In and out', note: 'messages a minute', unit: 'count', text: plain,
   lines: [{name: 'In', of: (all) => all.in}, {name: 'Out', of: ({out}) => out}]},
  {title: 'Dead letters', note: 'at most', unit: 'count', text: plain,
   lines: [{name: 'Dead', of: ({dead}) => dead}]},
];

export function QueueHistoryCards({place}: {place: QueuePlace}) {
  const {seconds, step, title} = kRanges[place.range];
  const polled = usePoll(`history ${place.range}`, (signal) => {
    const to = Math.ceil(Date.now() / 1000 / step) * step;
    const asked = {from: String(to - seconds), to: String(to), step: String(step)};
    return get('/queue/history', asked, signal);
  });
  return (
    <>
      <div class="toolbar">
        <nav class="segments" aria-label="Time range">
          {kHistoryRanges.map((range) => (
            <Link key={range} href={hrefOfQueue({...place, range})} isCurrent={range === place.range}
                  label={`${range}, ${kRanges[range].title}`}>{range}</Link>
          ))}
        </nav>
        <Link class="button-quiet" href={hrefOfQueue({...place, isTable: !place.isTable})}
              label={place.isTable ? 'Show the charts' : 'Show the numbers as a table'}>
          <Icon name={place.isTable ? 'chart' : 'table'} />
        </Link>
      </div>
      {place.isTable ?
        <section class="card" aria-label="The queue over time, as numbers">
          <CardBody polled={polled}>{(history) => <Table history={history} />}</CardBody>
        </section> :
        <div class="tops">
          {kDrawings.map((drawing) => (
            <section class="card series" key={drawing.title} aria-label={drawing.title}>
              <header class="card-head">
                <h2>{drawing.title}</h2>
                <p class="legend">
                  {drawing.lines.length > 1 && drawing.lines.map(({name}, i) => (
                    <span key={name}><span class={`swatch swatch-${kColours[i]}`} />{name}</span>
                  ))}
                  <span class="legend-step">{drawing.note}</span>
                </p>
              </header>
              <CardBody polled={polled}>{(history) => (
                <Drawn drawing={drawing} history={history} range={title} />
              )}</CardBody>
            </section>
          ))}
        </div>}
    </>
  );
}

const kColours = ['events', 'visitors'];

function Drawn({drawing: {title, lines, unit, text}, history, range}:
               {drawing: Drawing, history: QueueHistory, range: string}) {
  const [loaded, setLoaded] = useState<{LineChart: typeof LineChartType} | null>(null);
  useEffect(() => void import('./line_chart').then(({LineChart}) => setLoaded({LineChart})), []);
  const values = lines.map((line) => line.of(history));
  const known = values.flat().filter((n): n is number => n !== null);
  if (known.length === 0) {
    return <p class="card-empty">Nothing is known of this time: a sample is taken once a minute,
      while the console runs.</p>;
  }
  const label = `Chart: ${title}, ${range}. At most ${text(Math.max(...known))}. ` +
      'The numbers are there as a table, too.';
  return (
    <figure role="img" aria-label={label}>
      {loaded ?
        <loaded.LineChart t={history.t} step={history.step} unit={unit} text={text}
                          lines={lines.map(({name}, i) => ({name, values: values[i]!}))} /> :
        <div class="chart-place" />}
    </figure>
  );
}

function Table({history}: {history: QueueHistory}) {
  const rows = history.t.map((_, i) => history.t.length - 1 - i);
  const known = (n: number | null | undefined, text = plain) => n === null || n === undefined ? '–' : text(n);
  return (
    <div class="scroll history-table" tabIndex={0} role="region" aria-label="Newest first">
      <table class="numbers">
        <thead>
          <tr>
            <th>From</th><th>Waiting</th><th>Oldest</th><th>Dead</th><th>In a minute</th>
            <th>Out a minute</th><th>Events a minute</th>
          </tr>
        </thead>
        <tbody>{rows.map((i) => (
          <tr key={history.t[i]}>
            <td>{format.bucketTime(history.t[i]!, history.step)}</td>
            <td>{known(history.depth[i])}</td>
            <td>{known(history.oldest_seconds[i], format.duration)}</td>
            <td>{known(history.dead[i])}</td>
            <td>{known(history.in[i])}</td>
            <td>{known(history.out[i])}</td>
            <td>{known(history.events[i])}</td>
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}
