// What charts draw, and when: a step that stands alone as a dot, the dot at the step under the
// pointer, and axes whose texts are whole; nothing where nothing has changed. Answers are made up,
// so that it is known where each point is.
//
//   node charts.mjs TASK, a JSON object
import assert from 'node:assert/strict';

import {makeVisits, openPage, signIn, task} from './console_page.mjs';

const kSteps = 60;

// A page that keeps what is written on its canvases.
async function openDrawn(browser) {
  const page = await openPage(browser);
  await page.addInitScript(() => {
    window.drawn = [];
    const draw = CanvasRenderingContext2D.prototype.fillText;
    CanvasRenderingContext2D.prototype.fillText = function (text, x, y, ...rest) {
      const {actualBoundingBoxLeft: left, actualBoundingBoxRight: right,
             actualBoundingBoxAscent: up, actualBoundingBoxDescent: down} = this.measureText(text);
      window.drawn.push({text, canvas: this.canvas, left: x - left, right: x + right,
                         top: y - up, bottom: y + down});
      draw.call(this, text, x, y, ...rest);
    };
  });
  return page;
}

// The overview's chart shows these visits, bounces and seconds; all else is zero.
async function answerSeries(page, {visits, bounces, seconds}) {
  await page.route('**/api/v1/stats/first*', (route) => route.fulfill({json: {first_event_at: 1}}));
  await page.route('**/api/v1/stats/overview?*', async (route) => {
    const answer = await (await route.fetch()).json();
    const zeros = answer.t.map(() => 0);
    await route.fulfill({json: {...answer, visits: visits ?? zeros, bounces: bounces ?? zeros,
                                seconds: seconds ?? zeros}});
  });
}

async function openChart(page, metric) {
  const to = Math.floor(Date.now() / 3_600_000) * 3_600;
  const range = `from=${to - kSteps * 60}&to=${to}&step=60`;
  await page.goto(`${task.console}/?${range}&metric=${metric}&compare=off`);
  await page.locator('.chart canvas').waitFor();
}

const columnOf = (values) => Array.from({length: kSteps}, (_, i) => values[i] ?? 0);

// Where a value of the page's first chart is drawn.
async function pointAt(page, step, share, steps = kSteps) {
  const box = await page.locator('.u-over').first().boundingBox();
  return {x: box.x + box.width * step / (steps - 1), y: box.y + box.height * (1 - share)};
}

// Whether its canvas has the line's colour there.
const isDrawnAt = (page, {x, y}) => page.evaluate(([left, top]) => {
  const canvas = document.querySelector('.chart canvas');
  const box = canvas.getBoundingClientRect();
  const scale = canvas.width / box.width;
  const own = canvas.getContext('2d').getImageData(
    Math.round((left - box.x) * scale), Math.round((top - box.y) * scale), 1, 1).data;
  const probe = new OffscreenCanvas(1, 1).getContext('2d');
  probe.fillStyle = getComputedStyle(document.querySelector('.probe-events')).backgroundColor;
  probe.fillRect(0, 0, 1, 1);
  const wanted = probe.getImageData(0, 0, 1, 1).data;
  return own.every((value, i) => Math.abs(value - wanted[i]) <= 2);
}, [x, y]);

// Dots under the pointer, by their middles.
const dotsUnderPointer = (page) => page.locator('.u-cursor-pt').evaluateAll((dots) => dots
  .map((dot) => dot.getBoundingClientRect())
  .map(({x, y, width, height}) => ({x: x + width / 2, y: y + height / 2})));
const isNear = (a, b) => Math.abs(a.x - b.x) < 1.5 && Math.abs(a.y - b.y) < 1.5;

async function isDot(page, dot) {
  assert.ok(await isDrawnAt(page, dot), 'the step that stands alone is no dot');
  for (const [x, y] of [[-12, 0], [12, 0], [0, -12], [0, 12]]) {
    assert.ok(!await isDrawnAt(page, {x: dot.x + x, y: dot.y + y}), `more than a dot: ${x} ${y}`);
  }
}

// 22 % bounced at one step, and nobody came at any other: the axis ends at 25 %. Of the queue there
// is one sample of three messages: it ends at four.
async function aloneStep(browser) {
  const page = await openPage(browser);
  await answerSeries(page, {visits: columnOf({20: 50}), bounces: columnOf({20: 11})});
  await signIn(page);
  await openChart(page, 'bounces');
  await isDot(page, await pointAt(page, 20, 22 / 25));
  await page.screenshot({path: `${task.screenshots}/chart-alone.png`});

  let steps = 0;
  await page.route('**/api/v1/queue/history?*', async (route) => {
    const answer = await (await route.fetch()).json();
    steps = answer.t.length;
    await route.fulfill({json: {...answer, depth: answer.t.map((_, i) => i === 20 ? 3 : null)}});
  });
  await page.goto(`${task.console}/queue?tab=history`);
  await page.locator('.chart canvas').first().waitFor();
  await isDot(page, await pointAt(page, 20, 3 / 4, steps));
  await page.context().close();
}

// The dot and the tip are at the step that is nearest to the pointer, also at the last one, whose
// line is another; where nothing is known there is no dot.
async function underPointer(browser) {
  const page = await openPage(browser);
  const visits = columnOf({});
  const bounces = columnOf({});
  for (const step of [10, 11, 12, kSteps - 2, kSteps - 1]) visits[step] = 50;
  for (const [step, count] of [[10, 11], [11, 5], [12, 8], [kSteps - 2, 3], [kSteps - 1, 9]]) {
    bounces[step] = count;
  }
  await answerSeries(page, {visits, bounces});
  await signIn(page);
  await openChart(page, 'bounces');
  const tip = page.locator('.chart-tip');
  for (const [step, percent] of [[10, 22], [11, 10], [kSteps - 1, 18]]) {
    const point = await pointAt(page, step, percent / 25);
    await page.mouse.move(point.x - 2, point.y + 30);
    await tip.getByText(`${percent}%`, {exact: true}).waitFor();
    const dots = await dotsUnderPointer(page);
    assert.ok(dots.some((dot) => isNear(dot, point)),
              `step ${step}: ${JSON.stringify(dots)}, not ${JSON.stringify(point)}`);
    if (step === 11) await page.screenshot({path: `${task.screenshots}/chart-dot.png`});
  }
  const nothing = await pointAt(page, 30, 0.5);
  await page.mouse.move(nothing.x, nothing.y);
  await tip.getByText('–', {exact: true}).waitFor();
  const box = await page.locator('.u-over').boundingBox();
  for (const dot of await dotsUnderPointer(page)) {
    assert.ok(dot.x < box.x || dot.y < box.y, `a dot of nothing: ${JSON.stringify(dot)}`);
  }
  await page.context().close();
}

// Nothing that is written on a canvas goes over its edge. Returns the texts.
async function axisTexts(page) {
  const drawn = await page.evaluate(() => window.drawn
    .filter(({canvas}) => canvas.isConnected)
    .map(({canvas, ...text}) => ({...text, width: canvas.width, height: canvas.height})));
  assert.ok(drawn.length > 0);
  for (const one of drawn) {
    assert.ok(one.left >= 0 && one.top >= 0 && one.right <= one.width && one.bottom <= one.height,
              `a text is cut: ${JSON.stringify(one)}`);
  }
  return drawn.map(({text}) => text);
}

async function wholeTexts(browser) {
  const page = await openDrawn(browser);
  await answerSeries(page, {visits: columnOf({20: 1, 21: 1}), seconds: columnOf({20: 64, 21: 73})});
  await signIn(page);
  await openChart(page, 'duration');
  const texts = await axisTexts(page);
  for (const text of ['0 s', '15 s', '75 s']) assert.ok(texts.includes(text), `${text}: ${texts}`);

  // Of the queue: what is drawn ends at the highest step or below it.
  await page.route('**/api/v1/queue/history?*', async (route) => {
    const answer = await (await route.fetch()).json();
    const all = (value) => answer.t.map(() => value);
    await route.fulfill({json: {...answer, depth: all(123_456_789), oldest_seconds: all(9_000),
                                in: all(0.4), out: all(0.2), dead: all(9_999)}});
  });
  await page.goto(`${task.console}/queue?tab=history`);
  await page.locator('.chart canvas').nth(3).waitFor();
  const ofQueue = await axisTexts(page);
  for (const text of ['150M', '150 min', '4', '10K']) {
    assert.ok(ofQueue.includes(text), `${text}: ${ofQueue}`);
  }
  await page.screenshot({path: `${task.screenshots}/chart-axes.png`, fullPage: true});
  await page.context().close();
}

// What is told of something else, every few seconds, leaves the chart as it was drawn.
async function drawnOnce(browser) {
  const page = await openDrawn(browser);
  await page.clock.install();
  await signIn(page);
  const first = page.waitForResponse('**/api/v1/stats/first*');  // It may change what is drawn.
  await openChart(page, 'events');
  await (await first).finished();
  await page.route('**/api/v1/stats/overview?*', () => {});
  const poll = async () => {
    const answered = page.waitForResponse('**/api/v1/queue');
    await page.clock.runFor(5_000);
    await answered;
  };
  const drawn = () => page.evaluate(() => window.drawn.length);
  await poll();
  const before = await drawn();
  assert.ok(before > 0);
  for (let at = 0; at < 3; ++at) await poll();
  assert.equal(await drawn(), before);
  await page.getByRole('button', {name: /^Visitors: show in the chart/}).click();
  await page.waitForFunction((count) => window.drawn.length > count, before);
  await page.context().close();
}

await makeVisits([aloneStep, underPointer, wholeTexts, drawnOnce]);
