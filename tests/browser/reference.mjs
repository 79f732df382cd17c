// What people do with the API's reference: find a route, go to it by its address, and run its
// example with a token of their own.
//
//   node reference.mjs TASK, a JSON object
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';

import {isAccessible, isNarrowEnough, makeVisits, openPage, signIn, task} from './console_page.mjs';

const route = (page, anchor) => page.locator(`details#${anchor}`);
const field = (page) => page.getByRole('searchbox', {name: 'Search the API'});
const count = (page) => page.locator('.ref-search').getByRole('status');

async function openReference(browser, options = {}) {
  const page = await openPage(browser, options);
  await signIn(page);
  await page.locator('.foot').getByRole('link', {name: 'API'}).click();
  await page.getByRole('heading', {name: 'API', exact: true}).waitFor();
  await route(page, 'get-events').waitFor();
  return page;
}

// An administrator's, made in the page as anybody does.
async function makeToken(page) {
  await page.goto(`${task.console}/account`);
  const tokens = page.getByRole('region', {name: 'API tokens'});
  await tokens.getByRole('button', {name: 'Make a token'}).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('reference');
  await dialog.getByLabel('Role').selectOption('admin');
  await dialog.getByLabel('Expires').selectOption('In 30 days');
  await dialog.getByRole('button', {name: 'Make the token'}).click();
  const secret = await dialog.getByLabel('Token', {exact: true}).textContent();
  await page.keyboard.press('Escape');
  await tokens.getByRole('link', {name: 'What the API can be asked'}).click();
  await route(page, 'get-events').waitFor();
  return secret;
}

// What the shell makes of it: the status of its answer.
const run = (example, env) => execFileSync(
    'sh', ['-c', `${example} -o /dev/null -m 20 -w '%{http_code}'`],
    {encoding: 'utf8', env: {PATH: process.env.PATH, ...env}});

// Every route that a program may only read by, as the page says to do it.
async function runsExamples(browser) {
  const page = await openReference(browser);
  const token = await makeToken(page);
  const anchors =
      await page.locator('details[id^=get-]').evaluateAll((all) => all.map(({id}) => id));
  const examples = {};
  for (const anchor of anchors) {
    await route(page, anchor).locator('summary').first().click();
    examples[anchor] = await route(page, anchor).getByLabel('Example').textContent();
  }
  const plain = Object.entries(examples).filter(([anchor, text]) =>
      text.includes('$TOKEN') && !text.includes('$ID') && !text.startsWith('curl -sN'));
  assert.ok(plain.length > 20, `${plain.length} of ${anchors.length}`);
  for (const [anchor, text] of plain) {
    // This machine's queue is no Redis, and has no jobs that wait for their time.
    const wanted = anchor === 'get-queue-timed' ? '404' : '200';
    assert.equal(run(text, {TOKEN: token}), wanted, `${anchor}: ${text}`);
    assert.equal(run(text, {TOKEN: 'pst_none'}), '401', anchor);
  }
  const {events} = await (await fetch(`${task.console}/api/v1/events`,
                                      {headers: {Authorization: `Bearer ${token}`}})).json();
  assert.equal(run(examples['get-events-id'], {TOKEN: token, ID: events[0].id}), '200');
  assert.equal(run(examples['get-events-id'], {TOKEN: token, ID: '0'.repeat(32)}), '404');
  await page.context().close();
}

// By words, by keys, and by an address that somebody else was given.
async function findsRoutes(browser) {
  const page = await openReference(browser);
  const all = Number((await count(page).textContent()).split(' of ')[1]);
  assert.ok(all > 60, `${all}`);
  await page.keyboard.press('/');
  await page.keyboard.type('dead retry');
  await count(page).filter({hasText: `2 of ${all}`}).waitFor();
  await field(page).fill('shoe size');
  await page.getByText('Nothing of the API has all these words.').waitFor();
  await field(page).fill('overlap_hours');  // A member of a body.
  await count(page).filter({hasText: `1 of ${all}`}).waitFor();
  await field(page).blur();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  const found = route(page, 'post-keys-id-rotate');
  await found.getByText('It takes a session: API tokens are refused.').waitFor();
  const example = await found.getByLabel('Example').textContent();
  assert.match(example, /-H "X-CSRF-Token: \$CSRF_TOKEN"/);
  assert.match(example, /-d '\{"overlap_hours":0\}'/);
  assert.ok(page.url().endsWith('/reference#post-keys-id-rotate'), page.url());

  await page.goto('about:blank');
  await page.goto(`${task.console}/reference#get-stats-top`);
  const top = route(page, 'get-stats-top');
  await top.getByText('Least role: viewer. A session or an API token.').waitFor();
  await page.waitForFunction(() => document.activeElement?.closest('#get-stats-top') !== null);
  await top.getByText(/^Parameters/).click();
  await top.getByRole('listitem').filter({hasText: 'limit'})
      .filter({hasText: 'whole number, 1 to 1000, 10 where nothing is said'}).waitFor();
  await top.getByRole('listitem').filter({hasText: 'dimension'})
      .getByText('required').waitFor();
  await top.getByText('Answer: application/json').click();
  await top.getByRole('listitem').filter({hasText: 'missing_days'}).waitFor();
  await page.context().close();
}

async function looks(browser) {
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [360, 1280]) {
      const page = await openReference(browser, {viewport: {width, height: 900}, colorScheme});
      await page.goto(`${task.console}/reference#post-keys`);
      await route(page, 'post-keys').getByLabel('Example').waitFor();
      await route(page, 'post-keys').getByText('Answer: application/json').click();
      await route(page, 'post-keys').getByText('Errors').click();
      await isAccessible(page, `reference, ${colorScheme}, ${width}`);
      await isNarrowEnough(page);
      await route(page, 'post-keys').evaluate((row) => row.scrollIntoView());
      await page.screenshot({path: `${task.screenshots}/reference-${colorScheme}-${width}.png`});
      await page.evaluate(() => scrollTo(0, 0));
      await page.screenshot(
        {path: `${task.screenshots}/reference-top-${colorScheme}-${width}.png`});
      await page.context().close();
    }
  }
}

await makeVisits([runsExamples, findsRoutes, looks]);
