// What people do on the console's page of sources: see which protocol delivers, look for one, open
// it by keyboard, and read what to set.
//
//   node sources.mjs TASK, a JSON object
import assert from 'node:assert/strict';

import {makeVisits, openPage, signIn, task} from './console_page.mjs';

async function openSources(browser, options = {}) {
  const page = await openPage(browser, {viewport: {width: 1440, height: 900}, ...options});
  page.on('console', (message) => {
    assert.ok(message.type() !== 'error' || /status of (401|503)/.test(message.text()),
              message.text());
  });
  await signIn(page);
  await page.getByRole('navigation', {name: 'Pages'}).getByRole('link', {name: 'Sources'}).click();
  await page.getByRole('heading', {name: 'Sources'}).waitFor();
  return page;
}

const row = (page, title) => page.locator('details.source').filter(
    {has: page.locator('.source-title', {hasText: title})});
const search = (page) => page.getByRole('searchbox', {name: 'Find a protocol'});
const shoot = (page, name) => page.screenshot({path: `${task.screenshots}/sources-${name}.png`});

async function widerThanScreen(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}

// What waits delivers as soon as an event has come by it, and stands first then.
async function begins(browser) {
  const page = await openSources(browser);
  assert.equal(await page.locator('details.source').count() ||
                   (await row(page, 'Plausible').waitFor(),
                    await page.locator('details.source').count()),
               task.protocols);
  await row(page, 'Plausible').getByText('Waiting', {exact: true}).waitFor();
  await row(page, 'A pixel').getByText('Switched off', {exact: true}).waitFor();
  await shoot(page, 'waiting');

  const answer = await fetch(task.intake + '/api/event', {
    method: 'POST',
    headers: {'Content-Type': 'text/plain', 'User-Agent': 'Mozilla/5.0 (X11) Firefox/140.0'},
    body: JSON.stringify({n: 'pageview', u: 'https://shop.example/', d: 'shop.example'}),
  });
  assert.equal(answer.status, 202, await answer.text());
  await row(page, 'Plausible').getByText('Delivers', {exact: true}).waitFor();
  await row(page, 'Plausible').getByText('1 event', {exact: true}).waitFor();
  await row(page, 'Plausible').getByText(/^last \d+ s ago$/).waitFor();
  const first = page.locator('details.source').first().locator('.source-title');
  await first.filter({hasText: 'Plausible'}).waitFor();
  await page.getByRole('status').filter({hasText: '1 delivers'}).waitFor();

  // Its events are a click away.
  await row(page, 'Plausible').locator('summary').click();
  await shoot(page, 'delivers');
  await row(page, 'Plausible').getByRole('link', {name: 'Show its events'}).click();
  await page.getByRole('heading', {name: 'Overview'}).waitFor();
  await page.getByRole('group', {name: 'Filters'}).getByText('plausible').waitFor();
  await page.context().close();
}

// By name, title and client; an opened one says what to set, and what goes where.
async function tells(browser) {
  const page = await openSources(browser);
  await row(page, 'Sentry').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('Sentry-Ruby');
  assert.equal(await page.locator('details.source').count(), 1);
  await page.getByRole('status').filter({hasText: `1 of ${task.protocols} protocols`}).waitFor();

  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const {host} = new URL(task.intake);
  await row(page, 'Sentry').getByText(`http://KEY@${host}/42`, {exact: true}).waitFor();
  await row(page, 'Sentry').getByText('POST /api/{}/envelope', {exact: true}).waitFor();
  const fields = row(page, 'Sentry').getByRole('table', {name: /What goes where/});
  const user = fields.getByRole('row', {name: 'user.id'}).first();
  await user.getByRole('cell', {name: 'user_id', exact: true}).waitFor();
  assert.ok(!(await row(page, 'Sentry').textContent()).includes('`'));

  await search(page).fill('no such client');
  await page.getByText('No protocol or client is called so.').waitFor();
  await search(page).fill('');

  // Behind a proxy a person knows better; what is no address is not taken.
  const address = page.getByLabel('Address of the intake');
  assert.equal(await address.inputValue(), task.intake);
  await address.fill('https://events.example.com/');
  await address.press('Enter');
  await row(page, 'Segment').locator('summary').click();
  await row(page, 'Segment').getByText("host: 'https://events.example.com', path: '/v1/batch'")
      .waitFor();
  await page.reload();
  await page.getByText(/^Kept in this browser/).waitFor();
  await row(page, 'Segment').locator('summary').click();
  await row(page, 'Segment').getByText("dataPlaneUrl: 'https://events.example.com'").waitFor();
  await address.fill('events.example.com/path');
  await address.press('Enter');
  await page.getByText(/Expected scheme and host alone/).waitFor();
  await row(page, 'Segment').getByText(`dataPlaneUrl: '${task.intake}'`).waitFor();

  await address.fill('');
  await address.press('Enter');
  await page.getByText(/^A guess, by where the intake listens/).waitFor();
  assert.equal(await address.inputValue(), task.intake);

  // The range is the address's.
  await page.getByRole('link', {name: 'The last 7 days'}).click();
  await page.waitForURL('**/sources?range=7d');
  await page.getByRole('heading', {name: 'Sources'}).waitFor();
  await page.context().close();
}

// It says that it loads and what is wrong, and goes on by itself or at a click.
async function fails(browser) {
  const page = await openSources(browser);
  await row(page, 'Sentry').waitFor();
  const detail = 'too much for this range: choose a shorter one';
  await page.route('**/api/v1/sources?*', (route) => route.fulfill(
      {status: 503, contentType: 'application/json',
       body: JSON.stringify({error: 'unavailable', detail})}));
  await page.reload();
  const card = page.getByRole('region', {name: 'Protocols'});
  await card.getByRole('alert').filter({hasText: detail}).waitFor();
  await shoot(page, 'failed');
  await page.unroute('**/api/v1/sources?*');
  await card.getByRole('button', {name: 'Try again'}).click();
  await row(page, 'Sentry').waitFor();
  await page.context().close();
}

// As it looks, opened, on every screen: nothing is wider than it.
async function looks(browser) {
  for (const [name, options] of Object.entries({
    light: {colorScheme: 'light'},
    dark: {colorScheme: 'dark'},
    narrow: {viewport: {width: 390, height: 844}, colorScheme: 'light'},
    narrowest: {viewport: {width: 320, height: 640}, colorScheme: 'light'},
    'narrow-dark': {viewport: {width: 390, height: 844}, colorScheme: 'dark'},
  })) {
    const page = await openSources(browser, options);
    await row(page, 'syslog-ng').waitFor();
    await shoot(page, name);
    for (const title of ['Sentry', 'syslog-ng']) {
      await search(page).fill(title);
      await row(page, title).locator('summary').first().click();
      await shoot(page, `${name}-${title}`);
      assert.ok(await widerThanScreen(page) <= 0, `${title} is wider than the ${name} screen`);
    }
    await page.context().close();
  }
}

await makeVisits([begins, tells, fails, looks]);
