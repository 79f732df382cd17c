// The page about the product itself: programs, one of which hangs for a while, what was counted,
// the store by day, and the settings, which administrators alone see.
import assert from 'node:assert/strict';

import {isAccessible, isNarrowEnough, makeVisits, openPage, signIn, task} from './console_page.mjs';

const card = (page, name) => page.getByRole('region', {name, exact: true});
const alert = (page, text) => page.getByRole('alert').filter({hasText: text});

async function programsAndCounts(browser) {
  const page = await openPage(browser);
  await signIn(page);
  await page.getByRole('banner').getByRole('link', {name: 'System'}).click();
  for (const name of ['penstock-ingest', 'penstock-worker', 'penstock-console']) {
    const row = page.getByRole('row', {name: new RegExp(`^${name} runs`)});
    await row.getByText(/MiB/).waitFor();
  }
  await page.getByRole('row', {name: 'Received 12 0/s'}).waitFor();
  await page.getByRole('row', {name: 'Stored 12 0/s'}).waitFor();
  await page.getByRole('row', {name: /^202 1$/}).waitFor();
  await card(page, 'Store').getByRole('row', {name: /^\d{4}-\d\d-\d\d 12 /}).waitFor();

  await rules(card(page, 'Store').getByRole('table').filter({hasText: 'Kept by rule'}));

  const settings = page.locator('section', {hasText: 'Settings in effect'});
  await settings.getByRole('searchbox').fill('state.dir');
  const row = settings.getByRole('row', {name: /^state\.dir /});
  await row.getByText(task.config).waitFor();
  assert.equal(await settings.getByRole('row').count(), 2);
  await page.context().close();
}

// Of a rule whose events there are none the oldest is not known; of the other one it is.
async function rules(table) {
  await table.getByRole('row', {name: 'bücher laden, log 30 – 0', exact: true}).waitFor();
  await table.getByRole('row', {name: /^All projects, error for ever \S.*\d 0$/}).waitFor();
}

// It runs, and does nothing: that is not well.
async function hungWorker(browser) {
  const page = await openPage(browser);
  await signIn(page);
  assert.equal(await page.getByText('does not answer').count(), 0);
  process.kill(task.worker, 'SIGSTOP');
  try {
    await alert(page, 'The worker does not answer.').waitFor();
    await page.goto(`${task.console}/system`);
    await page.getByRole('row', {name: /^penstock-worker runs and does not answer/}).waitFor();
    await page.screenshot({path: `${task.screenshots}/system-hung.png`, fullPage: true});
  } finally {
    process.kill(task.worker, 'SIGCONT');
  }
  await alert(page, 'The worker does not answer.').waitFor({state: 'detached'});
  await page.context().close();
}

async function viewers(browser) {
  const page = await openPage(browser);
  await signIn(page, 'viewer@example.com');
  await page.goto(`${task.console}/system`);
  await page.getByRole('row', {name: /^Stored 12/}).waitFor();
  assert.equal(await page.getByText('Settings in effect').count(), 0);
  assert.equal(await page.getByText('Support bundle').count(), 0);
  await page.context().close();
}

async function looks(browser) {
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [360, 1440]) {
      const page = await openPage(browser, {colorScheme, viewport: {width, height: 900}});
      await signIn(page);
      await page.goto(`${task.console}/system`);
      await page.getByRole('row', {name: /^Stored 12/}).waitFor();
      await page.getByText('state.dir').waitFor();
      await card(page, 'Store').getByText(/of disk are free/).waitFor();
      await isNarrowEnough(page);
      await isAccessible(page, `system, ${colorScheme}, ${width}`);
      await page.screenshot(
        {path: `${task.screenshots}/system-${colorScheme}-${width}.png`, fullPage: true});
      await page.context().close();
    }
  }
}

await makeVisits([programsAndCounts, hungWorker, viewers, looks]);
