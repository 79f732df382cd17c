// Stored events found, changed and deleted: by texts, with what the same visitor did, one by one,
// chosen ones, and all that match.
import assert from 'node:assert/strict';

import {isAccessible, isNarrowEnough, makeVisits, openPage, signIn, task} from './console_page.mjs';

const rows = (page) => page.locator('.rows tbody tr');
const count = (page, n) => page.waitForFunction(
    (wanted) => document.querySelectorAll('.rows tbody tr').length === wanted, n);

async function ask(page, path) {
  return await page.evaluate(async (url) => (await fetch(`/api/v1${url}`)).text(), path);
}

async function found(browser) {
  const page = await openPage(browser);
  await signIn(page);
  await page.goto(`${task.console}/events?bots=1`);
  await count(page, 12);
  await page.keyboard.press('/');
  await page.keyboard.type('VOUCHER-77');
  await page.keyboard.press('Enter');
  await count(page, 1);
  await page.getByText('Any text').waitFor();
  await page.screenshot({path: `${task.screenshots}/events-search.png`});

  // The others of the session and of the person.
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  const session = dialog.getByRole('region', {name: 'This session'});
  await session.getByRole('listitem').nth(2).waitFor();
  assert.equal(await session.getByRole('listitem').count(), 3);
  const person = dialog.getByRole('region', {name: 'This person'});
  await person.getByRole('listitem').nth(3).waitFor();
  assert.equal(await person.getByRole('listitem').count(), 4);
  await page.screenshot({path: `${task.screenshots}/events-neighbours.png`});
  await isAccessible(page, 'an event with its neighbours');
  await person.getByRole('link', {name: /^All in/}).click();
  await count(page, 4);
  await page.getByText('ada@shop.example').first().waitFor();
  await page.context().close();
}

async function changed(browser) {
  const page = await openPage(browser);
  await signIn(page);
  await page.goto(`${task.console}/events?bots=1&name=signup`);
  await count(page, 1);
  await rows(page).first().getByRole('link', {name: 'signup'}).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', {name: 'Edit'}).click();
  await dialog.getByLabel('name').fill('registration');
  const properties = dialog.getByLabel('properties');
  await properties.fill('{"plan":');
  await dialog.getByRole('button', {name: 'Save'}).click();
  await dialog.getByText('properties: no valid JSON').waitFor();
  await properties.fill('{"plan": "gold", "order": 12345678901234567890}');
  await dialog.getByLabel('url').fill('x'.repeat(9000));
  await dialog.getByRole('button', {name: 'Save'}).click();
  await dialog.getByText('url: longer than 8192 bytes').waitFor();
  await page.screenshot({path: `${task.screenshots}/events-edit.png`});
  await isAccessible(page, 'an event being changed');
  await dialog.getByLabel('url').fill('https://shop.example/welcome');
  await dialog.getByRole('button', {name: 'Save'}).click();
  await dialog.getByText('12345678901234567890').first().waitFor();
  await dialog.getByText('/welcome').first().waitFor();
  await page.keyboard.press('Escape');
  await page.goto(`${task.console}/events?bots=1&name=registration&properties.plan=gold`);
  await count(page, 1);

  // One is deleted where it is shown.
  await rows(page).first().getByRole('link', {name: 'registration'}).click();
  await dialog.getByRole('button', {name: 'Delete'}).click();
  const question = page.getByRole('dialog', {name: 'Delete this event?'});
  await question.getByRole('button', {name: 'Delete for good'}).click();
  await page.getByText('None in').waitFor();
  const audit = await ask(page, '/audit');
  assert.match(audit, /event\.change/);
  assert.match(audit, /name, url, properties/);
  assert.match(audit, /event\.delete/);
  await page.context().close();
}

async function deleted(browser) {
  const page = await openPage(browser);
  await signIn(page);
  await page.goto(`${task.console}/events?bots=1&path=/junk`);
  await count(page, 6);
  await rows(page).nth(0).getByRole('checkbox').check();
  await rows(page).nth(1).getByRole('checkbox').check();
  await page.getByText('2 chosen').waitFor();
  await page.screenshot({path: `${task.screenshots}/events-chosen.png`});
  await page.getByRole('button', {name: 'Delete'}).click();
  const question = page.getByRole('dialog');
  const confirm = question.getByRole('button', {name: 'Delete for good'});
  assert.ok(await confirm.isDisabled());
  await question.getByLabel(/Type 2/).fill('2');
  await confirm.click();
  await page.getByText('2 deleted.').waitFor();
  await count(page, 4);
  await page.getByRole('checkbox', {name: 'All on this page'}).check();
  await page.getByText('4 chosen').waitFor();
  await page.getByRole('button', {name: 'Delete'}).click();
  await question.getByLabel(/Type 4/).fill('4');
  await confirm.click();
  await page.getByText('None in').waitFor();
  await page.setViewportSize({width: 360, height: 700});
  await page.goto(`${task.console}/events?bots=1`);
  await rows(page).first().waitFor();
  await isNarrowEnough(page);
  await page.context().close();
}

// More than a page of them: as many as match, of which the console deletes some at a time.
async function allThatMatch(browser) {
  const page = await openPage(browser, {colorScheme: 'dark'});
  await signIn(page);
  await page.goto(`${task.console}/events?bots=1&path=/flood`);
  await count(page, 100);
  await page.getByRole('checkbox', {name: 'All on this page'}).check();
  await page.getByRole('button', {name: 'All that match'}).click();
  await page.getByText('2,500 chosen').waitFor();
  await page.getByRole('button', {name: 'Delete'}).click();
  const question = page.getByRole('dialog');
  await question.getByLabel(/Type 2500/).fill('2,500');
  await isAccessible(page, 'the question before events are deleted');
  await page.screenshot({path: `${task.screenshots}/events-delete-all.png`});
  await question.getByRole('button', {name: 'Delete for good'}).click();
  await page.getByText('2,500 deleted.').waitFor();
  await page.getByText('None in').waitFor();
  await page.context().close();
}

// Who only looks sees no way to change anything.
async function lookedAt(browser) {
  const page = await openPage(browser);
  await signIn(page, 'viewer@shop.example');
  await page.goto(`${task.console}/events?bots=1`);
  await rows(page).first().waitFor();
  assert.equal(await page.getByRole('checkbox', {name: /Choose/}).count(), 0);
  await rows(page).first().locator('.name a').first().click();
  await page.getByRole('dialog').getByRole('heading', {name: 'properties'}).waitFor();
  assert.equal(await page.getByRole('button', {name: 'Edit'}).count(), 0);
  assert.equal(await page.getByRole('button', {name: 'Delete'}).count(), 0);
  await page.context().close();
}

await makeVisits(task.part === 'few' ? [found, changed, deleted, lookedAt] : [allThatMatch]);
