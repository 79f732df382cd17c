// The line chart. A module of its own, loaded once there is something to draw.
import {useEffect, useRef} from 'preact/hooks';
import uPlot from 'uplot';

import {alone} from '../alone';
import {splitsOf, textsOf} from '../axis';
import * as format from '../format';
import type {Values} from '../metrics';
import type {Span} from '../ranges';
import {onThemeChange} from '../theme';
import {isMidnight, zoned, zoneName} from '../zone';
import type {Shown} from './series_card';

const kHeight = 248;

interface Colours {
  line: string;
  area: string;
  grid: string;
  text: string;
}

// Canvas knows no custom properties, so the colours are read off elements that have them.
function readColours(probe: HTMLElement): Colours {
  const of = (name: string) =>
      getComputedStyle(probe.querySelector(`.probe-${name}`)!).backgroundColor;
  return {
    line: of('events'),
    area: of('area'),
    grid: of('grid'),
    text: of('text'),
  };
}

// The last step is not over yet: its line is dashed, or every look at the page would show a fall.
function columns({t, values, before}: Shown): uPlot.AlignedData {
  const last = t.length - 1;
  return [
    t,
    values.map((n, i) => i < last ? n : null),
    values.map((n, i) => i >= last - 1 ? n : null),
    t.map((_, i) => before?.[i] ?? null),
  ];
}

const mostOf = (values: Values | null) =>
    (values ?? []).reduce<number>((most, n) => Math.max(most, n ?? 0), 0);

function splits({values, before, metric}: Shown): number[] {
  return splitsOf(Math.max(mostOf(values), mostOf(before)), metric.unit);
}

interface Props extends Shown {
  onZoom: (span: Span) => void;  // Whole steps, over which the pointer was drawn.
}

const kDrawnPixelsMin = 8;

export function Chart({onZoom, ...now}: Props) {
  const place = useRef<HTMLDivElement>(null);
  const probe = useRef<HTMLDivElement>(null);
  const tip = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const shown = useRef<Shown>(now);
  shown.current = now;
  const zoom = useRef(onZoom);
  zoom.current = onZoom;

  useEffect(() => {
    let colours = readColours(probe.current!);
    const line = (colour: () => string, dash?: number[]): uPlot.Series => ({
      stroke: colour,
      width: 1.75,
      points: {show: true, size: 6, fill: colour, filter: (u, i) => alone(u.data[i]!)},
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
      fillTip(box, shown.current, index);
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
          scales: {y: {range: () => [0, splits(shown.current).at(-1)!]}},
          axes: [
            {...axis, size: 30, space: 72, grid: {show: false}, values: kTimeLabels},
            {
              ...axis,
              size: 58,
              splits: () => splits(shown.current),
              values: (_u, all) => textsOf(all, shown.current.metric.unit),
            },
          ],
          series: [
            {},
            {...line(() => colours.line), fill: () => colours.area},
            {...line(() => colours.line, [3, 3]), fill: () => colours.area},
            line(() => colours.text, [6, 5]),
          ],
          hooks: {setCursor: [showTip], setSelect: [select]},
        },
        columns(shown.current), frame);
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
  useEffect(() => plot.current?.setData(columns(now)), [now.t, now.values, now.before]);

  return (
    <div class="chart" ref={place}>
      <div ref={probe} hidden>
        {['events', 'area', 'grid', 'text'].map((name) => (
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
    box: HTMLElement, {t, step, values, before, metric}: Shown, index: number): void {
  const text = (n: number | null | undefined) => n == null ? '–' : metric.text(n);
  const rows: [string, string, string][] = [['events', metric.title, text(values[index])]];
  if (before !== null) rows.push(['before', 'Before', text(before[index])]);
  const title = document.createElement('p');
  title.textContent = format.bucketTime(t[index]!, step) +
      (index === t.length - 1 ? ' – so far' : '');
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
