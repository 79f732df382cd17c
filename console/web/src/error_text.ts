// What the page says of groups of errors and of their events.
import type {ErrorGroup} from 'model';

import * as format from './format';
import {elements, members} from './json_text';

type State = Pick<ErrorGroup, 'state' | 'reopened_by' | 'after_release' | 'mute_until_count' |
                              'mute_hour_max' | 'count'>;

const kReopenings: Record<string, string> = {
  came_back: 'Came back',
  new_release: 'Back in a new release',
  count: 'Back after its count',
  growth: 'Back as it grows',
};
const kStates = {open: 'Open', resolved: 'Resolved', muted: 'Muted', ignored: 'Ignored'};

export const stateName = (state: ErrorGroup['state']) => kStates[state];

// In a few words.
export const stateText = ({state, reopened_by}: State) =>
    state === 'open' && reopened_by !== null ? kReopenings[reopened_by] ?? 'Open again' : kStates[state];

// What it waits for; '' where it waits for nothing.
export function untilText(group: State): string {
  if (group.state === 'resolved') {
    return group.after_release === null ? 'until it happens again' :
        `until it happens in a release after ${format.visible(group.after_release)}`;
  }
  if (group.state !== 'muted') return '';
  const parts = [];
  if (group.mute_until_count !== null) {
    parts.push(`until it has come ${format.count(group.mute_until_count)} times`);
  }
  if (group.mute_hour_max !== null) {
    parts.push(`until over ${format.count(group.mute_hour_max)} come in an hour`);
  }
  return parts.join(' or ');
}

// One line of a stack.
export interface Frame {
  file: string;
  function: string;
  line: string;
  isOwn: boolean;
}

export interface Crumb {
  time: string;
  kind: string;
  text: string;
  level: string;
}

export interface Report {
  className: string;
  message: string;
  frames: Frame[];  // Innermost first.
  causes: {className: string, message: string}[];
  crumbs: Crumb[];  // As they came: the oldest first.
  facts: [string, string][];
}

// A value as text: a string's own, a number's digits as they came, '' for what has members.
const scalar = (json: string | undefined): string =>
    json === undefined || json === 'null' || /^[[{]/.test(json) ? '' :
    json.startsWith('"') ? JSON.parse(json) : json;
const objectsOf = (json: string | undefined): Map<string, string>[] =>
    json === undefined || !json.startsWith('[') ? [] :
    elements(json).filter((one) => one.startsWith('{')).map((one) => new Map(members(one)));
const first = (object: Map<string, string>, ...names: string[]): string =>
    names.map((name) => scalar(object.get(name))).find((text) => text !== '') ?? '';

const kFacts: [string, string][] = [
  ['release', 'Release'], ['environment', 'Environment'], ['level', 'Level'], ['handled', 'Handled'],
];

// An event as it came, taken apart. Requires a JSON object.
export function reportOf(json: string): Report {
  const event = new Map(members(json));
  const own = event.get('properties') ?? '{}';
  const properties = new Map(own.startsWith('{') ? members(own) : []);
  const facts: [string, string][] =
      kFacts.map(([name, title]) => [title, scalar(properties.get(name))]);
  const visitor = scalar(event.get('user_id')) || scalar(event.get('anonymous_id'));
  facts.push(['User', visitor], ['Address', scalar(event.get('url'))],
             ['Browser', scalar(event.get('browser'))], ['System', scalar(event.get('os'))]);
  return {
    className: scalar(properties.get('class')) || scalar(event.get('name')),
    message: scalar(properties.get('message')),
    frames: objectsOf(properties.get('frames')).map((frame) => ({
      file: first(frame, 'file'),
      function: first(frame, 'function'),
      line: first(frame, 'line'),
      isOwn: frame.get('in_app') === 'true',
    })),
    causes: objectsOf(properties.get('causes')).map((cause) => ({
      className: first(cause, 'class'), message: first(cause, 'message'),
    })),
    crumbs: objectsOf(properties.get('breadcrumbs')).map(crumbOf),
    facts: facts.filter(([, text]) => text !== ''),
  };
}

// Trackers call the same things otherwise.
function crumbOf(crumb: Map<string, string>): Crumb {
  const body = crumb.get('body') ?? crumb.get('data') ?? crumb.get('metaData') ?? '{}';
  const inner = new Map(body.startsWith('{') ? members(body) : []);
  const at = first(crumb, 'timestamp', 'timestamp_ms', 'time');
  return {
    time: timeOf(at),
    kind: first(crumb, 'category', 'type', 'name'),
    text: first(crumb, 'message', 'name') ||
        first(inner, 'message', 'subtype', 'url', 'to', 'href') || first(crumb, 'type'),
    level: first(crumb, 'level'),
  };
}

// Seconds, milliseconds or a text.
function timeOf(text: string): string {
  const number = Number(text);
  const ms = text === '' || Number.isNaN(number) ? Date.parse(text) :
      number < 1e11 ? number * 1000 : number;
  return Number.isNaN(ms) || Math.abs(ms) > 8e15 ? format.visible(text) : format.listTime(ms);
}

// Runs of frames that are shown or folded together: the application's own stand open.
export function folded(frames: Frame[]): {isOwn: boolean, frames: Frame[]}[] {
  const runs: {isOwn: boolean, frames: Frame[]}[] = [];
  const hasOwn = frames.some(({isOwn}) => isOwn);
  for (const frame of frames) {
    // Where none is known to be, all are.
    const isOwn = frame.isOwn || !hasOwn;
    const last = runs.at(-1);
    if (last && last.isOwn === isOwn) last.frames.push(frame);
    else runs.push({isOwn, frames: [frame]});
  }
  return runs;
}

// The points of a small chart, as the path of an SVG of 100 by 24.
export function sparkPath(values: number[]): string {
  const most = Math.max(1, ...values);
  const width = 100 / Math.max(1, values.length);
  return values.map((n, i) => n === 0 ? '' : bar(i * width, width, Math.max(1.5, 24 * n / most)))
      .join('');
}

const bar = (x: number, width: number, height: number) =>
    `M${x.toFixed(2)} 24v-${height.toFixed(2)}h${(width * .8).toFixed(2)}v${height.toFixed(2)}z`;
