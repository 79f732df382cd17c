// The first sign-in's way: a password, a project and its key, a first event, seen; and keys after
// that: made and bound, rotated, revoked, adopted.
//
//   node keys.mjs TASK, a JSON object
import assert from 'node:assert/strict';

import {isAccessible, isNarrowEnough, makeVisits, openPage, signIn, task} from './console_page.mjs';

const card = (page, name) => page.getByRole('region', {name, exact: true});
const row = (page, name, text) => card(page, name).getByRole('listitem').filter({hasText: text});
const shoot = (page, name) => page.screenshot({path: `${task.screenshots}/keys-${name}.png`,
                                               fullPage: true});

async function send(key, headers = {}) {
  const answer = await fetch(`${task.intake}/v1/events`, {
    method: 'POST',
    headers: {'Content-Type': 'application/json', 'X-Penstock-Key': key, ...headers},
    body: '{"name":"signup"}',
  });
  return answer.status;
}

// The intake looks twice a second.
async function sends(key, wanted, headers = {}) {
  for (let i = 0; i < 100; ++i) {
    if (await send(key, headers) === wanted) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  assert.fail(`no ${wanted} for the key`);
}

async function openKeys(browser, options = {}) {
  const page = await openPage(browser, options);
  await signIn(page);
  await page.getByRole('navigation', {name: 'Pages'}).getByRole('link', {name: 'Keys'}).click();
  await page.getByRole('heading', {name: 'Keys', exact: true}).first().waitFor();
  return page;
}

async function comesForTheFirstTime(browser) {
  const page = await openPage(browser);
  await page.goto(task.console + '/');
  await page.getByLabel(/e-?mail/i).fill('admin@localhost');
  await page.getByLabel(/password/i).first().fill(task.first_password);
  await page.getByRole('button', {name: /sign in/i}).click();
  await page.getByLabel('Password so far').fill(task.first_password);
  await page.getByLabel('New password', {exact: true}).fill(task.password);
  await page.getByLabel('New password, again').fill(task.password);
  await page.getByRole('button', {name: 'Change password'}).click();
  await page.getByRole('heading', {name: 'First steps'}).waitFor();
  await isAccessible(page, 'the first steps');
  await shoot(page, 'start-empty');
  // It can be skipped and found again.
  await page.getByRole('link', {name: 'Skip', exact: true}).click();
  await page.getByRole('heading', {name: 'Overview'}).waitFor();
  await page.getByRole('link', {name: /step by step/}).click();
  await page.getByRole('heading', {name: 'First steps'}).waitFor();

  await page.getByRole('combobox', {name: /^Project/}).fill('shop');
  await page.getByRole('button', {name: 'Make the key'}).click();
  const secret = await page.getByLabel('Key', {exact: true}).textContent();
  assert.match(secret, /^pk_\w{43}$/);
  await page.getByText('Waiting for your first event').waitFor();
  const snippet = await page.getByLabel('In a web page').textContent();
  assert.ok(snippet.includes(`data-key="${secret}"`), snippet);
  assert.ok((await page.getByLabel('From a shell').textContent()).includes(secret));
  await isAccessible(page, 'the first steps with a key');
  await shoot(page, 'start-waiting');
  // The snippets of every protocol have it.
  await page.getByRole('link', {name: 'Sources', exact: true}).last().click();
  await page.getByText('has the key of shop that was just made').waitFor();
  await page.goBack();
  await page.getByText('Waiting for your first event').waitFor();

  await sends(secret, 202);
  await page.getByText('Your first event is here.').waitFor();
  await isAccessible(page, 'the first steps, seen');
  await shoot(page, 'start-seen');
  await page.getByRole('link', {name: 'Go to the overview'}).click();
  await page.getByRole('heading', {name: 'Overview'}).waitFor();
  assert.ok(page.url().includes('project=shop'), page.url());
  await page.context().close();
}

async function makesAndBinds(browser) {
  const page = await openKeys(browser);
  await row(page, 'Keys', 'shop').getByText('In use').waitFor();
  await row(page, 'Projects', 'shop').getByText('1 key').waitFor();
  await card(page, 'Keys').getByRole('button', {name: 'Make a key'}).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Project').fill('blog');
  await dialog.getByLabel('Name').fill('the page');
  await dialog.getByText('What it is bound to').click();
  await dialog.getByLabel('Pages it is for').fill('blog.example');
  await dialog.getByRole('button', {name: 'Make the key'}).click();
  await dialog.getByText('An origin is like https://shop.example', {exact: false}).waitFor();
  await shoot(page, 'dialog');
  await dialog.getByLabel('Pages it is for').fill('https://*.blog.example');
  await dialog.getByRole('button', {name: 'Make the key'}).click();
  const secret = await dialog.getByLabel('Key', {exact: true}).textContent();
  await dialog.getByText('Waiting for your first event').waitFor();
  await isAccessible(page, 'a key that was made');
  await shoot(page, 'made');
  await sends(secret, 202, {Origin: 'https://www.blog.example'});
  assert.equal(await send(secret, {Origin: 'https://evil.example'}), 403);
  await dialog.getByText('Your first event is here.').waitFor();
  await page.keyboard.press('Escape');
  const made = row(page, 'Keys', 'the page');
  await made.getByText('from https://*.blog.example').waitFor();
  assert.ok(!(await page.content()).includes(secret));

  await made.getByRole('button', {name: 'Edit the page'}).click();
  assert.equal(await dialog.getByLabel('Pages it is for').inputValue(), 'https://*.blog.example');
  await dialog.getByLabel('Pages it is for').fill('');
  await dialog.getByLabel('Events a minute').fill('600');
  await dialog.getByRole('button', {name: 'Change it'}).click();
  await made.getByText('600 events a minute').waitFor();
  await sends(secret, 202);
  await page.context().close();
}

async function rotatesAndRevokes(browser) {
  const page = await openKeys(browser);
  await row(page, 'Keys', 'the page').getByRole('button', {name: 'Rotate the page'}).click();
  const dialog = page.getByRole('dialog');
  await shoot(page, 'rotate');
  await dialog.getByLabel('The old key ends').selectOption('In an hour');
  await dialog.getByRole('button', {name: 'Make the new key'}).click();
  const secret = await dialog.getByLabel('Key', {exact: true}).textContent();
  await sends(secret, 202);
  await page.keyboard.press('Escape');
  await row(page, 'Keys', 'the page').filter({hasText: 'Ending'}).waitFor();

  const fresh = row(page, 'Keys', 'the page').filter({hasNotText: 'Ending'});
  await fresh.getByRole('button', {name: 'Revoke the page'}).click();
  await shoot(page, 'revoke');
  await dialog.getByRole('button', {name: 'Revoke', exact: true}).click();
  await card(page, 'Keys').getByRole('status').filter({hasText: 'was revoked'}).waitFor();
  await sends(secret, 401);
  await row(page, 'Keys', 'the page').filter({hasText: 'Over'}).waitFor();
  await page.context().close();
}

async function adopts(browser) {
  const key = 'phc_0123456789abcdef';
  assert.equal(await send(key), 202);
  const page = await openKeys(browser);
  await row(page, 'Unknown keys', 'phc_012').getByRole('button', {name: 'Adopt'}).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('The whole key').fill('pk_another');
  await dialog.getByLabel('Project').fill('app');
  await dialog.getByRole('button', {name: 'Adopt it'}).click();
  await dialog.getByText('does not begin with phc_012').waitFor();
  await dialog.getByLabel('The whole key').fill(key);
  await dialog.getByRole('button', {name: 'Adopt it'}).click();
  await dialog.waitFor({state: 'detached'});
  // Taken by the project now, where it was the project default's before.
  const isUsed = row(page, 'Keys', 'app').getByText('In use');
  for (let i = 0; i < 100 && await isUsed.count() === 0; ++i) {
    assert.equal(await send(key), 202);
    await isUsed.waitFor({timeout: 1_000}).catch(() => {});
  }
  await isUsed.waitFor();
  await page.context().close();
}

// What is done with a row stands at its end, and beside what is said of it.
async function isAligned(unknown) {
  const {aside, below} = await unknown.evaluate((row) => {
    const middle = (box) => (box.top + box.bottom) / 2;
    const style = getComputedStyle(row);
    const note = row.querySelector('.letter-note').getBoundingClientRect();
    const button = row.querySelector('button').getBoundingClientRect();
    const end = row.getBoundingClientRect().right - parseFloat(style.paddingRight);
    return {below: Math.abs(middle(note) - middle(button)), aside: Math.abs(end - button.right)};
  });
  assert.ok(aside < 1, `Adopt ends ${aside} pixels beside its row's end`);
  assert.ok(below < 2, `Adopt stands ${below} pixels above or below its row's text`);
}

async function looks(browser) {
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [360, 1440]) {
      const page = await openKeys(browser, {viewport: {width, height: 900}, colorScheme});
      await row(page, 'Keys', 'Over').waitFor();
      await isAligned(row(page, 'Unknown keys', 'phc_012'));
      await isAccessible(page, `keys, ${colorScheme}, ${width}`);
      await isNarrowEnough(page);
      await shoot(page, `${colorScheme}-${width}`);
      await page.goto(`${task.console}/start`);
      await page.getByRole('combobox', {name: /^Project/}).waitFor();
      await isAccessible(page, `start, ${colorScheme}, ${width}`);
      await isNarrowEnough(page);
      await shoot(page, `start-${colorScheme}-${width}`);
      await page.context().close();
    }
  }
}

await makeVisits([comesForTheFirstTime, makesAndBinds, rotatesAndRevokes, adopts, looks]);
