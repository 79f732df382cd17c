// The console's page where something is unusual: an answer is slow or fails, a tab is hidden,
// clocks go back, a number is larger than JavaScript's.
//
//   node console.mjs TASK, a JSON object
import assert from 'node:assert/strict';

import {kDeadlineMs, makeVisits, openPage, signIn, task} from './console_page.mjs';

const card = (page, name) => page.getByRole('region', {name});

// As they were sent: 53 bits are not enough.
async function largeNumbers(browser) {
  const page = await openPage(browser);
  await signIn(page);
  await page.getByRole('link', {name: 'order'}).first().click();
  const shown = page.locator('dialog pre.json');
  await shown.filter({hasText: '844197938335842305'}).waitFor();
  const text = await shown.textContent();
  for (const number of task.numbers) assert.ok(text.includes(number), `${number} in ${text}`);
  await page.screenshot({path: `${task.screenshots}/large-numbers.png`});
  await page.context().close();
}

// One card's question fails and another's is not answered: the rest of the page is as ever.
async function cardsAlone(browser) {
  const page = await openPage(browser);
  const detail = 'too much for this range: choose a shorter one';
  await page.route('**/api/v1/stats/top?*dimension=browser*', (route) => route.fulfill(
      {status: 503, contentType: 'application/json',
       body: JSON.stringify({error: 'unavailable', detail})}));
  const never = [];
  await page.route('**/api/v1/stats/overview?*', (route) => void never.push(route));
  await page.route('**/api/v1/queue', (route) => route.abort());
  await signIn(page);
  await card(page, 'Clients').getByText(detail, {exact: false}).waitFor();
  await card(page, 'Pages').getByText('/checkout').waitFor();
  await card(page, 'Newest events').getByRole('link', {name: 'order'}).first().waitFor();
  await card(page, 'Events over time').getByRole('status', {name: 'Loading'}).waitFor();
  await card(page, 'Pipeline').getByText('The console cannot be reached.').waitFor();
  await page.locator('.tile', {hasText: 'Events'}).getByText('–', {exact: true}).waitFor();
  await page.locator('.tile', {hasText: 'Online now'}).getByText(/^\d$/).waitFor();
  assert.ok(never.length > 0);
  await page.screenshot({path: `${task.screenshots}/cards-alone.png`, fullPage: true});

  // What failed is asked for again, and shown as soon as it is there.
  await page.unroute('**/api/v1/stats/top?*dimension=browser*');
  await card(page, 'Clients').getByRole('button', {name: 'Try again'}).click();
  await card(page, 'Clients').getByText(detail).waitFor({state: 'detached'});
  await page.context().close();
}

// What is wrong stands above all else, with what to do; where all is well there is nothing.
async function unwell(browser) {
  const page = await openPage(browser);
  await signIn(page);
  await card(page, 'Pages').getByText('/checkout').waitFor();
  assert.equal(await page.getByText('cannot be reached').count(), 0);
  await page.route('**/api/v1/queue', async (route) => {
    const answer = await (await route.fetch()).json();
    await route.fulfill({json: {...answer, reachable: false, depth: null, detail: 'no one there'}});
  });
  await page.route('**/api/v1/system/programs', async (route) => {
    const answer = await (await route.fetch()).json();
    const programs = answer.programs.map(
      (one) => one.name === 'penstock-worker' ? {...one, state: 'silent'} : one);
    await route.fulfill({json: {...answer, programs}});
  });
  await page.keyboard.press('r');
  await page.getByRole('alert').filter({hasText: 'The queue cannot be reached.'})
    .filter({hasText: 'No one there.'}).waitFor();
  await page.getByRole('alert').filter({hasText: 'The worker does not answer.'})
    .filter({hasText: 'systemctl status penstock-worker'}).waitFor();
  await page.screenshot({path: `${task.screenshots}/unwell.png`});
  await page.context().close();
}

// What is no page view says what it is, and that is a filter.
async function kinds(browser) {
  const page = await openPage(browser);
  await signIn(page);
  await card(page, 'Newest events').getByRole('link', {name: 'error: show only these'}).click();
  await page.getByRole('group', {name: 'Filters'}).getByText('Kind').waitFor();
  const events = card(page, 'Newest events');
  await events.getByRole('link', {name: 'order'}).first().waitFor({state: 'detached'});
  await events.getByRole('link', {name: 'crash'}).waitFor();
  await page.locator('.tile', {hasText: 'Events'}).getByText('1', {exact: true}).waitFor();
  await page.screenshot({path: `${task.screenshots}/kinds.png`, fullPage: true});
  await page.context().close();
}

// A name that turns the direction of writing does not turn its badge round.
async function turnedName(browser) {
  const page = await openPage(browser);
  await signIn(page);
  const row = card(page, 'Newest events').getByRole('row', {name: /invoice/});
  const name = await row.getByRole('link', {name: /invoice/}).boundingBox();
  const badge = await row.locator('.badge', {hasText: 'log'}).boundingBox();
  assert.ok(badge.x >= name.x + name.width, `the badge is at ${badge.x}, before its name's end`);
  await page.screenshot({path: `${task.screenshots}/turned-name.png`, fullPage: true});
  await page.context().close();
}

// Time is the test's: a minute of it brings new questions, but none while the tab is hidden.
async function hiddenTab(browser) {
  const page = await openPage(browser);
  await page.clock.install();
  await signIn(page);
  await card(page, 'Pages').getByText('/checkout').waitFor();
  let asked = 0;
  let open = 0;
  const isOfStore = (request) => request.url().includes('/api/v1/stats/');
  page.on('request', (request) => {
    if (isOfStore(request)) ++asked, ++open;
  });
  for (const end of ['requestfinished', 'requestfailed']) {
    page.on(end, (request) => void (open -= isOfStore(request) ? 1 : 0));
  }
  const hide = (isHidden) => page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', {value, configurable: true});
    document.dispatchEvent(new Event('visibilitychange'));
  }, isHidden);

  const next = page.waitForRequest('**/api/v1/stats/overview?*');
  await page.clock.fastForward(60_000);
  await next;
  // A stream of the page's own has no end, so the network is never idle.
  while (open > 0) await page.waitForEvent('requestfinished');
  await hide(true);
  asked = 0;
  await page.clock.fastForward(60_000);
  // A request of the page's own, behind which one of a poll would have come.
  await page.evaluate(() => fetch('/api/v1/openapi.json').then((answer) => answer.text()));
  assert.equal(asked, 0, 'a hidden tab asks nothing');
  const again = page.waitForRequest('**/api/v1/stats/overview?*');
  await hide(false);
  await again;
  await page.context().close();
}

// While nothing is stored, polls get no answer but that, and the page stays as it is.
async function nothingNew(browser) {
  const page = await openPage(browser);
  await page.clock.install();
  const wanted = new Set(['stats/summary', 'stats/overview', 'stats/top', 'events']);
  const told = {};  // The last of each, for whoever looks for what is wrong.
  page.on('response', (response) => {
    const {pathname, search} = new URL(response.url());
    const path = pathname.replace('/api/v1/', '');
    if (response.status() === 304) wanted.delete(path);
    told[path] = `${response.status()} ${response.headers().etag} ${search}`;
  });
  await signIn(page);
  await card(page, 'Pages').getByText('/checkout').waitFor();
  // The first may find the store still at work, or a new step of the range begun.
  for (const end = Date.now() + kDeadlineMs; wanted.size > 0;) {
    assert.ok(Date.now() < end, `never unchanged: ${
      [...wanted].map((path) => `${path} ${told[path]}`)}`);
    const next = page.waitForResponse('**/api/v1/stats/overview?*');
    await page.clock.runFor(5_000);
    await next;
  }
  await card(page, 'Pages').getByText('/checkout').waitFor();
  await card(page, 'Newest events').getByRole('link', {name: 'order'}).first().waitFor();
  await page.locator('.tile', {hasText: 'Events'}).getByText('5', {exact: true}).waitFor();
  assert.equal(await page.getByRole('button', {name: 'Try again'}).count(), 0);
  await page.context().close();
}

// 02:00 is there twice on the last Sunday of October.
async function clocksGoBack(browser) {
  const page = await openPage(browser, {timezoneId: 'Europe/Berlin'});
  await page.clock.setFixedTime(new Date('2026-10-25T04:30:00Z'));
  await signIn(page);
  await page.goto(task.console + '/?range=24h&chart=table');
  const table = card(page, 'Events over time').getByRole('table');
  for (const text of ['02:00 UTC+2', '02:00 UTC+1', '02:45 UTC+2', '02:45 UTC+1']) {
    assert.equal(await table.getByRole('cell', {name: text}).count() ||
                     (await table.getByRole('cell', {name: text}).first().waitFor(), 1), 1, text);
  }
  assert.equal(await table.getByRole('cell', {name: /03:00 UTC/}).count(), 0);
  await page.screenshot({path: `${task.screenshots}/clocks-go-back.png`, fullPage: true});
  await page.goto(task.console + '/?range=24h');
  await page.locator('.chart canvas').waitFor();
  await page.screenshot({path: `${task.screenshots}/clocks-go-back-chart.png`});
  await page.context().close();
}

await makeVisits(
  [largeNumbers, kinds, turnedName, unwell, cardsAlone, hiddenTab, nothingNew, clocksGoBack]);
