// What people do about people: invite somebody who comes, change a role, end a session, make an API
// token and use it, take all of it back, and read who did what.
//
//   node people.mjs TASK, a JSON object
import assert from 'node:assert/strict';

import {isAccessible, isNarrowEnough, makeVisits, openPage, signIn, task} from './console_page.mjs';

const kPassword = 'a password of her own';
const card = (page, name) => page.getByRole('region', {name});
const row = (page, name, text) => card(page, name).getByRole('listitem').filter({hasText: text});
const shoot = (page, name) => page.screenshot({path: `${task.screenshots}/people-${name}.png`,
                                               fullPage: true});

async function openPeople(browser, options = {}) {
  const page = await openPage(browser, options);
  await signIn(page);
  await page.getByRole('navigation', {name: 'Pages'}).getByRole('link', {name: 'People'}).click();
  await page.getByRole('heading', {name: 'People', exact: true}).waitFor();
  return page;
}

async function tells(page, name, text) {
  await card(page, name).getByRole('status').filter({hasText: text}).waitFor();
}

// The link is shown once, makes a user, and is dead then.
async function invites(browser) {
  const page = await openPeople(browser);
  await card(page, 'Users').getByRole('button', {name: 'Invite'}).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('E-mail').fill('ada@example.org');
  await dialog.getByRole('combobox', {name: 'Role'}).selectOption('editor');
  await dialog.getByRole('button', {name: 'Make the link'}).click();
  const link = await dialog.getByLabel('Link').textContent();
  assert.match(link, /^http:\/\/[^/]+\/invitation#[\w-]{43}$/);
  await page.screenshot({path: `${task.screenshots}/people-link.png`});
  await page.keyboard.press('Escape');
  await row(page, 'Users', 'ada@example.org').getByText('invited').waitFor();

  const hers = await openPage(browser);
  await hers.goto(link);
  await hers.getByText('admin@localhost invites you as editor').waitFor();
  await isAccessible(hers, 'the invitation');
  await hers.screenshot({path: `${task.screenshots}/people-invitation.png`});
  await hers.getByLabel('Password', {exact: true}).fill(kPassword);
  await hers.getByLabel('Password, again').fill(kPassword + 'x');
  await hers.getByRole('button', {name: 'Sign in'}).click();
  await hers.getByRole('alert').filter({hasText: 'differ'}).waitFor();
  await hers.getByLabel('Password, again').fill(kPassword);
  await hers.getByRole('button', {name: 'Sign in'}).click();
  await hers.getByRole('heading', {name: 'Overview'}).waitFor();
  assert.ok(!hers.url().includes('invitation'), hers.url());
  // It is an administrator's page.
  assert.equal(await hers.getByRole('link', {name: 'People'}).count(), 0);
  await hers.goto(`${task.console}/people`);
  await hers.getByRole('heading', {name: 'Not found'}).waitFor();
  await hers.goto(task.console);
  await hers.getByRole('heading', {name: 'Overview'}).waitFor();

  const late = await openPage(browser);
  await late.goto(link);
  await late.getByRole('alert').filter({hasText: 'The link was used'}).waitFor();
  await late.context().close();
  await hers.context().close();
  await page.context().close();
}

// Roles change at once, and what cannot be done is said.
async function changesRoles(browser) {
  const page = await openPeople(browser);
  const role = (email) => page.getByRole('combobox', {name: `Role of ${email}`});
  await role('ada@example.org').selectOption('viewer');
  await tells(page, 'Users', 'ada@example.org is viewer now.');
  // One's own asks first; the last administrator stays one.
  await role('admin@localhost').selectOption('viewer');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', {name: 'Give it up'}).click();
  await card(page, 'Users').getByRole('alert').filter({hasText: 'last administrator'}).waitFor();
  assert.equal(await role('admin@localhost').inputValue(), 'admin');
  await page.context().close();
}

// Made, shown once, good for a program at once, and refused once revoked.
async function makesTokens(browser) {
  const page = await openPage(browser);
  await signIn(page);
  await page.getByRole('link', {name: /^Account: admin@localhost/}).click();
  await page.getByRole('heading', {name: 'Account', exact: true}).waitFor();
  await row(page, 'Sessions', 'this browser').waitFor();
  await card(page, 'API tokens').getByRole('button', {name: 'Make a token'}).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('nightly \u202eexport');
  // When it expires has to be chosen.
  await dialog.getByRole('button', {name: 'Make the token'}).click();
  assert.ok(await dialog.getByLabel('Expires').evaluate((field) => !field.validity.valid));
  await dialog.getByLabel('Expires').selectOption('In 90 days');
  // Nor may its name look like another.
  await dialog.getByRole('button', {name: 'Make the token'}).click();
  await dialog.getByText('Not made.').waitFor();
  await dialog.getByLabel('Name').fill('nightly export');
  await dialog.getByRole('button', {name: 'Make the token'}).click();
  const secret = await dialog.getByLabel('Token', {exact: true}).textContent();
  assert.match(secret, /^pst_\w{43}$/);
  await page.screenshot({path: `${task.screenshots}/people-token.png`});
  const ask = (path) => fetch(`${task.console}/api/v1${path}`,
                              {headers: {Authorization: `Bearer ${secret}`}});
  assert.equal((await ask('/stats/summary')).status, 200);
  assert.equal((await ask('/users')).status, 403);
  await page.keyboard.press('Escape');
  await row(page, 'API tokens', 'nightly export').getByText('viewer, until').waitFor();
  assert.ok(!(await page.content()).includes(secret));

  // The button that does it lies elsewhere than the one that asked: a double click is no answer.
  const revoke = row(page, 'API tokens', 'nightly').getByRole('button', {name: /^Revoke/});
  await revoke.dblclick();
  assert.equal((await ask('/stats/summary')).status, 200);
  if (await dialog.count() > 0) await page.keyboard.press('Escape');
  await revoke.click();
  await dialog.getByRole('button', {name: 'Revoke', exact: true}).click();
  await tells(page, 'API tokens', 'was revoked');
  assert.equal((await ask('/stats/summary')).status, 401);
  await page.context().close();
}

// Another browser's session is ended from here; a new password ends all others.
async function endsSessions(browser) {
  const page = await openPage(browser);
  await signIn(page);
  const other = await openPage(browser);
  await signIn(other);
  await page.goto(`${task.console}/account`);
  const ends = card(page, 'Sessions').getByRole('button', {name: /^End the session/});
  await ends.first().waitFor();
  // Those of the visits before are there as well: all are ended, one by one.
  for (let left = await ends.count(); left > 0; --left) {
    await ends.first().click();
    await page.getByRole('dialog').getByRole('button', {name: 'End', exact: true}).click();
    await card(page, 'Sessions').getByRole('button', {name: /^End the session/}).nth(left - 1)
        .waitFor({state: 'detached'});
  }
  await other.getByText('Your session has ended.').waitFor();
  await other.context().close();

  await page.getByLabel('Password so far').fill(task.password);
  await page.getByLabel('New password', {exact: true}).fill(kPassword);
  await page.getByLabel('New password, again').fill(kPassword);
  await page.getByRole('button', {name: 'Change password'}).click();
  await tells(page, 'Password', 'Your other sessions have ended.');
  // And back, with the new session's own token.
  await page.getByLabel('Password so far').fill(kPassword);
  await page.getByLabel('New password', {exact: true}).fill(task.password);
  await page.getByLabel('New password, again').fill(task.password);
  await page.getByRole('button', {name: 'Change password'}).click();
  await page.waitForFunction(() => document.querySelector('[name=old]').value === '');
  await tells(page, 'Password', 'Your other sessions have ended.');
  await page.context().close();
}

// Everything that was done stands in the log, by pages; a stranger's text is text.
async function readsTheLog(browser) {
  const stranger = await fetch(`${task.console}/api/v1/session`, {
    method: 'POST',
    headers: {'Content-Type': 'application/json'},
    body: JSON.stringify({email: '<img src=x onerror=alert(1)>@x', password: 'a wrong guess'}),
  });
  assert.equal(stranger.status, 401);
  const page = await openPeople(browser);
  const log = card(page, 'Audit log');
  for (const text of ['admin@localhost invited ada@example.org',
                      'ada@example.org accepted the invitation',
                      'admin@localhost changed the role of ada@example.org',
                      'admin@localhost made the token nightly export',
                      'admin@localhost revoked the token nightly export',
                      '<img src=x onerror=alert(1)>@x was refused at the sign-in']) {
    await log.getByText(text).first().waitFor();
  }
  await page.context().close();
}

// What was removed is gone, asked before.
async function removes(browser) {
  const page = await openPeople(browser);
  await page.getByRole('button', {name: 'Remove ada@example.org'}).click();
  const dialog = page.getByRole('dialog');
  await page.screenshot({path: `${task.screenshots}/people-remove.png`});
  await page.keyboard.press('Escape');
  await dialog.waitFor({state: 'detached'});
  await page.getByRole('button', {name: 'Remove ada@example.org'}).click();
  await dialog.getByRole('button', {name: 'Remove', exact: true}).click();
  await tells(page, 'Users', 'ada@example.org was removed.');
  await row(page, 'Users', 'ada@example.org').waitFor({state: 'detached'});
  await page.context().close();
}

async function looks(browser) {
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [360, 1440]) {
      const page = await openPeople(browser, {viewport: {width, height: 900}, colorScheme});
      await card(page, 'Audit log').getByRole('listitem').first().waitFor();
      await isAccessible(page, `people, ${colorScheme}, ${width}`);
      await isNarrowEnough(page);
      await shoot(page, `${colorScheme}-${width}`);
      await page.goto(`${task.console}/account`);
      await row(page, 'Sessions', 'this browser').waitFor();
      await isAccessible(page, `account, ${colorScheme}, ${width}`);
      await isNarrowEnough(page);
      await shoot(page, `account-${colorScheme}-${width}`);
      await page.context().close();
    }
  }
}

await makeVisits([invites, changesRoles, makesTokens, endsSessions, readsTheLog, removes, looks]);
