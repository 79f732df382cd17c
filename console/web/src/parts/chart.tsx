// The line chart. A module of its own, loaded once there is something to draw.
import {useEffect, useRef} from 'preact/hooks';
import uPlot from 'uplot';

import * as format from '../format';
import type {Timeseries} from 'model';
import type {Span} from '../ranges';
import {onThemeChange} from '../theme';
import {isMidnight, zoned, zoneName} from '../zone';

const kHeight = 248;
// Counts are whole, so the axis' steps are too: 1, 2, 5, 10, 20, …
const kIncrements = [...Array(9).keys()].flatMap((power) => [1, 2, 5].map((n) => n * 10 ** power));

interface Colours {
  events: string;
  area: string;
  visitors: string;
  grid: string;
  text: string;
}

// Canvas knows no custom properties, so the colours are read off elements that have them.
function readColours(probe: HTMLElement): Colours {
  const of = (name: string) =>
      getComputedStyle(probe.querySelector(`.probe-${name}`)!).backgroundColor;
  return {
    events: of('events'),
    area: of('area'),
    visitors: of('visitors'),
    grid: of('grid'),
    text: of('text'),
  };
}

// The last step is not over yet: its line is dashed, or every look at the page would show a fall.
function columns(
    {t, events, visitors}: Timeseries, before: number[] | null): uPlot.AlignedData {
  const last = t.length - 1;
  const whole = (values: number[]) => values.map((n, i) => i < last ? n : null);
  const open = (values: number[]) => values.map((n, i) => i >= last - 1 ? n : null);
  const all = visitors.length === t.length ? visitors : t.map(() => null as unknown as number);
  const then = t.map((_, i) => before?.[i] ?? null);
  return [t, whole(events), open(events), whole(all), open(all), then];
}

interface Props {
  series: Timeseries;
  before: number[] | null;  // Events of the range before, step by step.
  onZoom: (span: Span) => void;  // Whole steps, over which the pointer was drawn.
}

const kDrawnPixelsMin = 8;

export function Chart({series, before, onZoom}: Props) {
  const place = useRef<HTMLDivElement>(null);
  const probe = useRef<HTMLDivElement>(null);
  const tip = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const shown = useRef(series);
  shown.current = series;
  const earlier = useRef(before);
  earlier.current = before;
  const zoom = useRef(onZoom);
  zoom.current = onZoom;

  useEffect(() => {
    let colours = readColours(probe.current!);
    const line = (colour: () => string, dash?: number[]): uPlot.Series => ({
      stroke: colour,
      width: 1.75,
      points: {show: false},
      ...(dash ? {dash} : {}),
    });
    const axis: uPlot.Axis = {
      stroke: () => colours.text,
      font: '12px system-ui, sans-serif',
      grid: {stroke: () => colours.grid, width: 1},
      ticks: {show: false},
    };
    const showTip = (u: uPlot) => {
      const index = u.cursor.idx;
      const box = tip.current!;
      box.hidden = index == null || u.cursor.left == null || u.cursor.left < 0;
      if (box.hidden || index == null) return;
      fillTip(box, shown.current, earlier.current, index);
      const x = u.valToPos(shown.current.t[index]!, 'x') + u.over.offsetLeft;
      const isRight = x > u.root.clientWidth / 2;
      box.style.transform = `translateX(${isRight ? x - box.offsetWidth - 12 : x + 12}px)`;
    };
    const select = (u: uPlot) => {
      const {left, width} = u.select;
      if (width < kDrawnPixelsMin) return;
      const {t} = shown.current;
      const first = u.posToIdx(left);
      const last = u.posToIdx(left + width);
      u.setSelect({left: 0, top: 0, width: 0, height: 0}, false);
      if (last > first) zoom.current({fromMs: t[first]! * 1000, toMs: t[last]! * 1000});
    };
    const frame = place.current!;
    const u = new uPlot(
        {
          width: frame.clientWidth,
          height: kHeight,
          padding: [10, 20, 0, 0],
          tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), zoneName()),
          legend: {show: false},
          cursor: {
            drag: {x: true, y: false, setScale: false},
            y: false,
            points: {size: 7},
            move: toPoint,
          },
          scales: {y: {range: (_u, _min, max) => [0, Math.max(4, (max ?? 0) * 1.08)]}},
          axes: [
            {...axis, size: 30, space: 72, grid: {show: false}, values: kTimeLabels},
            {
              ...axis,
              incrs: kIncrements,
              size: 50,
              space: 44,
              values: (_u, splits) => splits.map((n) => format.axis(n)),
            },
          ],
          series: [
            {},
            {...line(() => colours.events), fill: () => colours.area},
            {...line(() => colours.events, [3, 3]), fill: () => colours.area},
            line(() => colours.visitors),
            line(() => colours.visitors, [3, 3]),
            line(() => colours.text, [6, 5]),
          ],
          hooks: {setCursor: [showTip], setSelect: [select]},
        },
        columns(shown.current, earlier.current), frame);
    plot.current = u;

    const size =
        new ResizeObserver(() => u.setSize({width: frame.clientWidth, height: kHeight}));
    size.observe(frame);
    const stopTheme = onThemeChange(() => {
      colours = readColours(probe.current!);
      u.redraw(false, true);
    });
    return () => {
      stopTheme();
      size.disconnect();
      u.destroy();
    };
  }, []);
  useEffect(() => plot.current?.setData(columns(series, before)), [series, before]);

  return (
    <div class="chart" ref={place}>
      <div ref={probe} hidden>
        {['events', 'area', 'visitors', 'grid', 'text'].map((name) => (
          <span key={name} class={`probe-${name}`} />
        ))}
      </div>
      <div class="chart-tip" ref={tip} hidden aria-hidden="true" />
    </div>
  );
}

// Clock times with the day where it begins; days alone for wide steps.
const clock = zoned({hour: '2-digit', minute: '2-digit', hourCycle: 'h23'});
const day = zoned({day: 'numeric', month: 'short'});
const kTimeLabels: uPlot.Axis.Values = (_u, splits, _axis, _space, increment) =>
    splits.map((seconds) => {
      const ms = seconds * 1000;
      if (increment >= 86_400 || isMidnight(ms)) return day().format(ms);
      return format.told(clock().format(ms), ms);
    });

// The line under the pointer stands at a step, where its numbers are.
const toPoint: uPlot.Cursor.MousePosRefiner = (u, left, top) => {
  const seconds = u.data[0][u.posToIdx(left)];
  return [left < 0 || seconds === undefined ? left : u.valToPos(seconds, 'x'), top];
};

function fillTip(
    box: HTMLElement, series: Timeseries, before: number[] | null, index: number): void {
  const rows: [string, string, string][] =
      [['events', 'Events', format.count(series.events[index] ?? 0)]];
  const visitors = series.visitors[index];
  if (visitors !== undefined) rows.push(['visitors', 'Visitors', format.count(visitors)]);
  const then = before?.[index];
  if (then !== undefined) rows.push(['before', 'Events before', format.count(then)]);
  const title = document.createElement('p');
  title.textContent = format.bucketTime(series.t[index]!, series.step) +
      (index === series.t.length - 1 ? ' – so far' : '');
  box.replaceChildren(title, ...rows.map(([kind, name, value]) => {
    const row = document.createElement('p');
    const swatch = document.createElement('span');
    swatch.className = `swatch swatch-${kind}`;
    const number = document.createElement('b');
    number.textContent = value;
    row.append(swatch, name, number);
    return row;
  }));
}
