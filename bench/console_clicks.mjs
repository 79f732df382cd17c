// How long a person waits: filters put by a click and taken off by Esc, in Chromium.
//
//   node console_clicks.mjs TASK
//
// TASK is a JSON object: console, its pid, password, to (Unix seconds), days, clicks, tabs. Prints
// one: the first paints of the page, loaded anew (paintsMs), for each number of days of each click
// the milliseconds until the tiles say the new numbers (tilesMs) and until all answers came
// (allMs), alone and beside so many hidden tabs, and the console's processor time of the former
// (aloneTicks).
import {readFileSync} from 'node:fs';

import {chromium} from 'playwright-core';

const task = JSON.parse(process.argv[2]);
const kDayS = 86_400;
const kQuietMs = 400;  // Without an answer that is waited for: nothing more is asked.

// Runs in the page: acts, and waits until it is still again.
async function waitAfter([isEscape, quietMs]) {
  const view = document.querySelector('.view');
  const isBusy = () => view.getAttribute('aria-busy') === 'true';
  const begun = performance.now();
  let wasBusy = false;
  let tilesMs = null;
  const watch = new MutationObserver(() => {
    if (wasBusy && !isBusy()) tilesMs ??= performance.now() - begun;
    wasBusy ||= isBusy();
  });
  watch.observe(view, {attributes: true});
  if (isEscape) {
    document.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape', bubbles: true}));
  } else {
    document.querySelector('[data-next]').click();
  }
  const ends = () => performance.getEntriesByType('resource')
      .filter(({name, startTime}) => startTime >= begun && /\/api\/v1\/(stats|events\?)/.test(name))
      .map(({responseEnd}) => responseEnd);
  const isStill = () => window.awaited === 0 && !isBusy() && ends().length > 0 &&
      performance.now() - Math.max(...ends()) > quietMs;
  while (!isStill()) await new Promise((done) => setTimeout(done, 50));
  watch.disconnect();
  return {tilesMs, allMs: Math.max(...ends()) - begun};
}

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  headless: true,
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
});
const page = await browser.newPage({viewport: {width: 1440, height: 900}});
page.setDefaultTimeout(120_000);
await page.addInitScript(() => {
  performance.setResourceTimingBufferSize(5_000);
  window.awaited = 0;
  const fetchPlain = window.fetch;
  window.fetch = (...call) => {
    if (String(call[0]).includes('/changes')) return fetchPlain(...call);  // It never ends.
    ++window.awaited;
    return fetchPlain(...call).finally(() => void --window.awaited);
  };
});
await page.goto(`${task.console}/`);
await page.getByLabel(/e-?mail/i).fill('admin@localhost');
await page.getByLabel(/password/i).first().fill(task.password);
await page.getByRole('button', {name: /sign in/i}).click();
await page.getByRole('heading', {name: 'Overview'}).waitFor();

// Tabs of another window, of the same person. All are hidden but the last, which is empty. Nothing
// is attached to them: what drives a tab makes it visible.
async function openHidden(count) {
  const driver = await browser.newBrowserCDPSession();
  const target = async (call) => (await driver.send('Target.getTargetInfo', call)).targetInfo;
  const {targetInfos} = await driver.send('Target.getTargets');
  const own = targetInfos.find(({type, url}) => type === 'page' && url === page.url());
  await driver.send('Storage.setCookies', await driver.send(
      'Storage.getCookies', {browserContextId: own.browserContextId}));
  const open = (url) => driver.send('Target.createTarget', {url});
  const until = async (call, title) => {
    while (!(await target(call)).title.startsWith(title)) await page.waitForTimeout(50);
  };

  const first = await open(`${task.console}/`);
  await until(first, 'Penstock');
  const {sessionId} = await driver.send('Target.attachToTarget', {...first, flatten: false});
  await driver.send('Target.sendMessageToTarget', {sessionId, message: JSON.stringify({
    id: 1, method: 'Runtime.evaluate', params: {
      expression: `Object.assign(localStorage, ${
          JSON.stringify(await page.evaluate(() => ({...localStorage})))})`}})});
  await driver.send('Target.closeTarget', first);
  for (let tab = 0; tab < count; ++tab) await until(await open(page.url()), 'Overview');
  await open('about:blank');
}

const told = {paintsMs: [], alone: {}, besideTabs: {}};

async function openOverview(days) {
  await page.goto(`${task.console}/?from=${task.to - days * kDayS}&to=${task.to}`);
  await page.locator('.tops .card:nth-child(3) a.bar').first().waitFor();
  await page.waitForFunction(() => window.awaited === 0);
}

async function paintThrough(days) {
  const driver = await page.context().newCDPSession(page);
  for (let at = 0; at < task.clicks; ++at) {
    await driver.send('Network.clearBrowserCache');
    await openOverview(days);
    told.paintsMs.push(await page.evaluate(
        () => performance.getEntriesByName('first-contentful-paint')[0].startTime));
  }
  await driver.detach();
}

async function clickThrough(days, waits) {
  await openOverview(days);
  for (let at = 0; at < task.clicks; ++at) {
    await page.waitForTimeout(kQuietMs);
    const links = page.locator('.bars a.bar');
    const link = links.nth(at * 7 % await links.count());
    await link.evaluate((node) => node.setAttribute('data-next', ''));
    const put = await page.evaluate(waitAfter, [false, kQuietMs]);
    await page.evaluate(() => document.querySelector('[data-next]')?.removeAttribute('data-next'));
    const off = await page.evaluate(waitAfter, [true, kQuietMs]);
    waits.push({put, off});
  }
}

// User's and system's, proc(5).
function ticks() {
  const fields = readFileSync(`/proc/${task.pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

await paintThrough(task.days.at(-1));
const before = ticks();
for (const days of task.days) await clickThrough(days, told.alone[days] = []);
told.aloneTicks = ticks() - before;
await openHidden(task.tabs);
for (const days of task.days) await clickThrough(days, told.besideTabs[days] = []);
await browser.close();
process.stdout.write(JSON.stringify(told) + '\n');
