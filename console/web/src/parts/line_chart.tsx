// Lines over time, of any numbers; where nothing is known there is a gap. Loaded once there is
// something to draw.
import {useEffect, useRef} from 'preact/hooks';
import uPlot from 'uplot';

import {alone} from '../alone';
import {splitsOf, textsOf, type Unit} from '../axis';
import * as format from '../format';
import {onThemeChange} from '../theme';
import {isMidnight, zoned, zoneName} from '../zone';

const kHeight = 180;
const kNames = ['events', 'visitors'];

interface Props {
  t: number[];
  step: number;
  lines: {name: string, values: (number | null)[]}[];
  unit: Unit;
  text: (n: number) => string;
}

const colourOf = (probe: HTMLElement, name: string) =>
    getComputedStyle(probe.querySelector(`.probe-${name}`)!).backgroundColor;
const dataOf = ({t, lines}: Props): uPlot.AlignedData => [t, ...lines.map(({values}) => values)];

function splits({lines, unit}: Props): number[] {
  const values = lines.flatMap((line) => line.values);
  return splitsOf(values.reduce<number>((most, n) => Math.max(most, n ?? 0), 0), unit);
}

const clock = zoned({hour: '2-digit', minute: '2-digit', hourCycle: 'h23'});
const day = zoned({day: 'numeric', month: 'short'});
const kTimeLabels: uPlot.Axis.Values = (_u, splits, _axis, _space, increment) =>
    splits.map((seconds) => increment >= 86_400 || isMidnight(seconds * 1000) ?
        day().format(seconds * 1000) : clock().format(seconds * 1000));

export function LineChart(props: Props) {
  const place = useRef<HTMLDivElement>(null);
  const probe = useRef<HTMLDivElement>(null);
  const tip = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const shown = useRef(props);
  shown.current = props;

  useEffect(() => {
    const colour = (name: string) => () => colourOf(probe.current!, name);
    const axis: uPlot.Axis = {
      stroke: colour('text'),
      font: '12px system-ui, sans-serif',
      grid: {stroke: colour('grid'), width: 1},
      ticks: {show: false},
    };
    const showTip = (u: uPlot) => {
      const box = tip.current!;
      const index = u.cursor.idx;
      box.hidden = index == null || u.cursor.left == null || u.cursor.left < 0;
      if (box.hidden || index == null) return;
      fillTip(box, shown.current, index);
      const x = u.valToPos(shown.current.t[index]!, 'x') + u.over.offsetLeft;
      const isRight = x > u.root.clientWidth / 2;
      box.style.transform = `translateX(${isRight ? x - box.offsetWidth - 12 : x + 12}px)`;
    };
    const frame = place.current!;
    const u = new uPlot(
        {
          width: frame.clientWidth,
          height: kHeight,
          padding: [10, 20, 0, 0],
          tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), zoneName()),
          legend: {show: false},
          cursor: {drag: {x: false, y: false}, y: false, points: {size: 7}},
          scales: {y: {range: () => [0, splits(shown.current).at(-1)!]}},
          axes: [
            {...axis, size: 30, space: 72, grid: {show: false}, values: kTimeLabels},
            {...axis, size: 58, splits: () => splits(shown.current),
             values: (_u, all) => textsOf(all, shown.current.unit)},
          ],
          series: [{}, ...shown.current.lines.map((_, i): uPlot.Series => ({
            stroke: colour(kNames[i]!),
            width: 1.75,
            points: {
              show: true, size: 6, fill: colour(kNames[i]!), filter: (u, row) => alone(u.data[row]!),
            },
            ...(i === 0 ? {fill: colour('area')} : {}),
          }))],
          hooks: {setCursor: [showTip]},
        },
        dataOf(shown.current), frame);
    plot.current = u;
    const size =
        new ResizeObserver(() => u.setSize({width: frame.clientWidth, height: kHeight}));
    size.observe(frame);
    const stopTheme = onThemeChange(() => u.redraw(false, true));
    return () => {
      stopTheme();
      size.disconnect();
      u.destroy();
    };
  }, []);
  useEffect(() => plot.current?.setData(dataOf(props)), [props.t, props.lines]);

  return (
    <div class="chart chart-low" ref={place}>
      <div ref={probe} hidden>
        {['events', 'visitors', 'area', 'grid', 'text'].map((name) => (
          <span key={name} class={`probe-${name}`} />
        ))}
      </div>
      <div class="chart-tip" ref={tip} hidden aria-hidden="true" />
    </div>
  );
}

function fillTip(box: HTMLElement, {t, step, lines, text}: Props, index: number): void {
  const title = document.createElement('p');
  title.textContent = format.bucketTime(t[index]!, step);
  box.replaceChildren(title, ...lines.map(({name, values}, i) => {
    const row = document.createElement('p');
    const swatch = document.createElement('span');
    swatch.className = `swatch swatch-${kNames[i]}`;
    const number = document.createElement('b');
    const value = values[index];
    number.textContent = value === null || value === undefined ? '–' : text(value);
    row.append(swatch, name, number);
    return row;
  }));
}
