// Events as they come: shown, filtered, held back, and one of so many where they are too many.
import assert from 'node:assert/strict';

import {isAccessible, isNarrowEnough, makeVisits, openPage, signIn, task} from './console_page.mjs';

const kFirefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';

async function send(name, count) {
  const events = Array.from({length: count}, (_, number) => (
    {name, url: `https://shop.example/${number}`, user_agent: kFirefox}));
  const answer = await fetch(`${task.intake}/v1/events`, {
    method: 'POST',
    headers: {'Content-Type': 'application/json', 'User-Agent': kFirefox},
    body: JSON.stringify(events),
  });
  assert.equal(answer.status, 202);
}

const rows = (page) => page.locator('.rows tbody tr');
const isOpen = (page) => page.locator('.fresh', {hasText: /^Live$/}).waitFor();

async function watch(page, address = '/live') {
  await page.goto(task.console + address);
  await isOpen(page);
  await page.getByText('Waiting for events').waitFor();
}

async function comingAndHeldBack(browser) {
  const page = await openPage(browser);
  await signIn(page);
  await page.getByRole('link', {name: 'Live'}).click();
  await isOpen(page);
  await send('click', 3);
  await rows(page).nth(2).waitFor();
  await page.locator('.live-rates', {hasText: /^0\.3\/s$/}).waitFor();
  await page.screenshot({path: `${task.screenshots}/live.png`});

  await page.keyboard.press('p');
  await page.getByRole('heading', {name: 'Live'}).click();
  await send('click', 4);
  await page.getByRole('button', {name: 'Go on (4)'}).waitFor();
  assert.equal(await rows(page).count(), 3);
  await page.keyboard.press('p');
  await rows(page).nth(6).waitFor();
  await page.getByRole('button', {name: 'Clear'}).click();
  await page.getByText('Waiting for events').waitFor();
  await page.context().close();
}

// Two watch: one all events, one some of them, chosen by a filter of the page.
async function filtered(browser) {
  const page = await openPage(browser);
  await signIn(page);
  await watch(page);
  const other = await page.context().newPage();
  await watch(other, '/live?filter=name%5E%3Dsign');
  await other.getByText('Waiting for events that the filters leave').waitFor();
  await send('click', 2);
  await rows(page).nth(1).waitFor();
  await send('signup', 1);
  await rows(page).nth(2).waitFor();
  await rows(other).getByText('signup').waitFor();
  assert.equal(await rows(other).count(), 1);
  await other.locator('.live-rates', {hasText: /^0\.1\/s of 0\.\d\/s$/}).waitFor();

  // One of them in full, by its address; the others go on coming behind it.
  await other.keyboard.press('j');
  await other.keyboard.press('Enter');
  await other.getByRole('dialog').getByText('https://shop.example/0').first().waitFor();
  await other.keyboard.press('Escape');
  await other.getByRole('dialog').waitFor({state: 'detached'});
  assert.equal(new URL(other.url()).pathname, '/live');
  await page.context().close();
}

async function tooMany(browser) {
  const page = await openPage(browser);
  await signIn(page);
  await watch(page);
  await send('many', 900);
  await page.locator('.live-rates', {hasText: /^\d+\/s, 1 of \d+ shown$/}).waitFor();
  const shown = await rows(page).count();
  assert.ok(shown > 0 && shown < 300, `${shown} rows`);
  await page.context().close();
}

// Who has signed out sees nothing more.
async function signedOut(browser) {
  const page = await openPage(browser);
  await signIn(page);
  await watch(page);
  const other = await page.context().newPage();
  await other.goto(task.console + '/sources');
  await other.getByRole('button', {name: 'Sign out'}).click();
  await page.getByRole('button', {name: 'Sign in'}).waitFor();
  await page.context().close();
}

// Two tabs, one stream; and nobody asks for what is stored while it is as it was.
async function oneStreamForAllTabs(browser) {
  const page = await openPage(browser);
  const asked = [];
  page.context().on('request', (request) => asked.push(new URL(request.url()).pathname));
  const count = (path) => asked.filter((one) => one.startsWith(path)).length;
  const opened = page.waitForRequest(/\/api\/v1\/changes$/);
  await signIn(page);
  await opened;
  const other = await page.context().newPage();
  await other.goto(`${task.console}/events?bots=1&range=15m`);
  await page.goto(`${task.console}/?bots=1&range=15m`);
  await send('told', 2);
  await other.getByText('told').first().waitFor();
  await page.getByText('told').first().waitFor();
  // What is asked of the queue goes on by time. Of the store nothing is asked in two rounds of
  // that, once the console has seen that no more is stored.
  let quiet = 0;
  for (let round = 0; quiet < 2; ++round) {
    assert.ok(round < 20, 'it is asked again and again');
    const before = count('/api/v1/stats/overview');
    await page.waitForRequest(/\/api\/v1\/queue$/);
    quiet = count('/api/v1/stats/overview') === before ? quiet + 1 : 0;
  }
  await other.close();
  assert.ok(count('/api/v1/changes') <= 3, 'one stream at a time, whoever listens');
  await page.context().close();
}

async function keys(browser) {
  const page = await openPage(browser);
  await signIn(page);
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', {name: 'Keys'});
  await help.getByText('Events', {exact: true}).waitFor();
  await isAccessible(page, 'the list of keys');
  await page.screenshot({path: `${task.screenshots}/keys.png`});
  await page.keyboard.press('Escape');
  await help.waitFor({state: 'detached'});
  await page.keyboard.press('g');
  await page.keyboard.press('p');
  await page.getByRole('heading', {name: 'People', level: 1}).waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('e');
  await page.getByRole('heading', {name: 'Events', level: 1}).waitFor();
  await page.context().close();
}

async function looks(browser) {
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [360, 1440]) {
      const page = await openPage(browser, {colorScheme, viewport: {width, height: 900}});
      await signIn(page);
      await watch(page);
      await send('\u202egnp.exe<b>', 5);
      await rows(page).nth(4).waitFor();
      await isNarrowEnough(page);
      await isAccessible(page, `live, ${colorScheme}, ${width}`);
      await page.screenshot({path: `${task.screenshots}/live-${colorScheme}-${width}.png`});
      await page.context().close();
    }
  }
}

await makeVisits(
    [comingAndHeldBack, filtered, tooMany, signedOut, oneStreamForAllTabs, keys, looks]);
