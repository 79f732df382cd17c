import assert from 'node:assert/strict';
import {test} from 'node:test';

import {folded, reportOf, sparkPath, stateText, untilText} from './error_text';

const kGroup = {
  state: 'open', reopened_by: null, after_release: null, mute_until_count: null,
  mute_hour_max: null, count: 3,
} as const;

test('a state says what it waits for', () => {
  assert.equal(stateText(kGroup), 'Open');
  assert.equal(untilText(kGroup), '');
  assert.equal(stateText({...kGroup, reopened_by: 'came_back'}), 'Came back');
  assert.equal(untilText({...kGroup, state: 'resolved'}), 'until it happens again');
  assert.equal(untilText({...kGroup, state: 'resolved', after_release: '1.4'}),
               'until it happens in a release after 1.4');
  assert.equal(untilText({...kGroup, state: 'muted', mute_until_count: 1_000, mute_hour_max: 10}),
               'until it has come 1,000 times or until over 10 come in an hour');
});

test('an event is taken apart', () => {
  const report = reportOf(JSON.stringify({
    id: 'x', name: 'Error', user_id: 'ada', browser: 'Firefox',
    properties: {
      class: 'TypeError', message: 'no', release: '1.2', handled: false,
      frames: [{file: 'lib.js', function: 'f', line: 3, in_app: false},
               {file: 'app.js', in_app: true}],
      causes: [{class: 'IOError', message: 'gone'}],
      breadcrumbs: [
        {timestamp: 1_800_000_000, category: 'ui.click', message: 'Buy', level: 'info'},
        {timestamp_ms: 1_800_000_000_000, type: 'network', body: {url: '/api', method: 'GET'}},
        {time: 'once', name: 'x'}, 7,
      ],
    },
  }));
  assert.equal(report.className, 'TypeError');
  assert.deepEqual(report.frames[0], {file: 'lib.js', function: 'f', line: '3', isOwn: false});
  assert.deepEqual(report.causes, [{className: 'IOError', message: 'gone'}]);
  assert.equal(report.crumbs.length, 3);
  assert.equal(report.crumbs[0]!.text, 'Buy');
  assert.equal(report.crumbs[1]!.text, '/api');
  assert.equal(report.crumbs[0]!.time, report.crumbs[1]!.time);
  assert.equal(report.crumbs[2]!.time, 'once');
  assert.deepEqual(report.facts, [
    ['Release', '1.2'], ['Handled', 'false'], ['User', 'ada'], ['Browser', 'Firefox'],
  ]);
});

test('whatever properties are, there is a report', () => {
  for (const properties of ['{}', '{"frames":{"a":1},"causes":"x","breadcrumbs":[[]]}', 'null']) {
    const report = reportOf(`{"name":"Error","properties":${properties}}`);
    assert.equal(report.className, 'Error');
    assert.deepEqual(report.frames, []);
    assert.deepEqual(report.crumbs, []);
  }
});

test('frames of others are folded, unless all are', () => {
  const frame = (isOwn: boolean) => ({file: '', function: '', line: '', isOwn});
  const runs = folded([frame(false), frame(false), frame(true), frame(false)]);
  assert.deepEqual(runs.map((run) => [run.isOwn, run.frames.length]),
                   [[false, 2], [true, 1], [false, 1]]);
  assert.deepEqual(folded([frame(false)]).map((run) => run.isOwn), [true]);
});

test('a small chart has a bar for each value that is not zero', () => {
  assert.equal(sparkPath([0, 0]), '');
  assert.equal(sparkPath([1, 0, 2]).split('M').length - 1, 2);
});
