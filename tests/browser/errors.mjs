// What people do on the console's page of errors: see what SDKs have sent, read a stack, resolve,
// mute, assign and note, and see again what comes back.
//
//   node errors.mjs TASK, a JSON object
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {readFileSync} from 'node:fs';

import {
  isAccessible, isNarrowEnough, makeVisits, openPage, signIn, task,
} from './console_page.mjs';

const kHostile = '<img src=x onerror=alert(1)>\u202egnp.exe';
const kSentry = readFileSync(task.sentry, 'utf8').split('\n');
const kRollbar = JSON.parse(readFileSync(task.rollbar, 'utf8'));
const kSentryName = 'TypeError';

async function post(path, body, type) {
  const answer = await fetch(task.intake + path, {
    method: 'POST', headers: {'Content-Type': type}, body,
  });
  assert.ok(answer.ok, `${path}: ${answer.status} ${await answer.text()}`);
}

// As Sentry's SDK sent it, but of now, of another user and release.
async function sendSentry({user = 'ada', release = 'shop@1.2.3'} = {}) {
  const id = randomUUID().replaceAll('-', '');
  const now = new Date();
  const head = {...JSON.parse(kSentry[0]), event_id: id, sent_at: now.toISOString()};
  const event = {
    ...JSON.parse(kSentry[2]), event_id: id, timestamp: now.getTime() / 1000, release,
    user: {id: user},
  };
  // Of the runner that it was captured in.
  for (const {stacktrace} of event.exception.values) {
    for (const frame of stacktrace.frames) {
      if (/anonymous/.test(frame.filename)) frame.in_app = false;
    }
  }
  await post('/api/42/envelope/?sentry_key=pk_shop',
             [JSON.stringify(head), kSentry[1], JSON.stringify(event)].join('\n') + '\n',
             'application/x-sentry-envelope');
}

async function sendRollbar() {
  const data = {...kRollbar.data, uuid: randomUUID(), timestamp: Math.floor(Date.now() / 1000)};
  await post('/api/1/item/', JSON.stringify({...kRollbar, data}), 'application/json');
}

const sendNative = (name, message) => post('/v1/events', JSON.stringify(
    {kind: 'error', name, properties: {message}, user_id: 'eve'}), 'application/json');

const table = (page) => page.getByRole('region', {name: 'Groups of errors'});
const rows = (page) => table(page).locator('tbody tr');
const row = (page, text) => rows(page).filter({hasText: text});
const button = (page, name) => page.getByRole('button', {name, exact: true});
const tab = (page, name) => page.getByRole('navigation', {name: 'States'})
    .getByRole('link', {name: new RegExp(`^${name}`)});
const shoot = (page, name) =>
    page.screenshot({path: `${task.screenshots}/errors-${name}.png`, fullPage: true});

async function hasRows(page, count) {
  await page.waitForFunction((n) => document.querySelectorAll('.err-table tbody tr').length === n,
                             count);
}

// Beside the page's name; and its link has no more words where there is none.
const countIs = (page, name) => page.getByRole('navigation', {name: 'Pages'})
    .getByRole('link', {name, exact: true}).waitFor();

async function told(page, text) {
  await page.getByRole('status').filter({hasText: text}).first().waitFor();
}

async function whole(browser) {
  const page = await openPage(browser);
  await signIn(page);
  await page.getByRole('link', {name: 'Errors', exact: true}).click();
  await page.getByRole('heading', {name: 'No errors yet'}).waitFor();
  await isAccessible(page, 'no errors');
  await shoot(page, 'none');
  await sends(page);
  await reads(page);
  await resolves(page);
  await mutes(page);
  await waitsForARelease(page);
  await assigns(page);
  await actsOnSeveral(page);
  await findsAgain(page);
  await page.context().close();
}

async function sends(page) {
  for (const user of ['ada', 'bob', 'ada']) await sendSentry({user});
  for (let i = 0; i < 2; ++i) await sendRollbar();
  await sendNative('Checkout failed', kHostile);
  await hasRows(page, 3);
  const hostile = row(page, 'Checkout failed');
  await hostile.getByText('<img src=x onerror=alert(1)>·gnp.exe').waitFor();
  // Events, users, and of all time.
  const ship = row(page, 'Cannot ship kb76a0d');
  await ship.getByRole('cell', {name: '3', exact: true}).nth(1).waitFor();
  await ship.getByRole('cell', {name: '2', exact: true}).waitFor();
  await countIs(page, 'Errors 3 open');
  await isAccessible(page, 'the list');
  await shoot(page, 'list');
}

// By keys alone.
async function reads(page) {
  await rows(page).first().waitFor();
  for (let i = 0; i < 3; ++i) {
    await page.keyboard.press('j');
    const text = await page.evaluate(() => document.activeElement.closest('tr')?.textContent ?? '');
    if (text.includes('kb76a0d')) break;
  }
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/errors\/\d+$/);
  await page.getByRole('heading', {name: kSentryName, level: 1}).waitFor();
  const stack = page.getByRole('group', {name: 'Stack, innermost first'});
  await stack.getByText('reserve').or(stack.getByText('checkout')).first().waitFor();
  const folded = stack.getByText(/frames? of others/).first();
  assert.equal(await stack.getByText('UtilityScript.evaluate').isVisible(), false);
  await folded.click();
  await stack.getByText('UtilityScript.evaluate').waitFor();
  await page.getByText('out of stock').waitFor();  // Its cause.
  await page.getByText('added ü').waitFor();       // A breadcrumb.
  const samples = page.getByRole('region', {name: 'Its events, newest first'});
  await samples.locator('tbody tr').nth(2).waitFor();
  await isAccessible(page, 'a group');
  await shoot(page, 'group');
  // Each event can be shown, and all of it.
  await samples.getByRole('link').nth(2).click();
  await page.waitForURL(/sample=[0-9a-f]{32}/);
  await page.getByRole('link', {name: 'All of it'}).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('properties', {exact: true}).waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({state: 'detached'});
}

async function resolves(page) {
  await page.keyboard.press('r');
  await told(page, 'TypeError is resolved until it happens again.');
  await page.getByText(/^Resolved until it happens again, since/).waitFor();
  await page.keyboard.press('u');
  await hasRows(page, 2);
  await tab(page, 'Resolved').click();
  await page.waitForURL('**/errors?state=resolved');
  await hasRows(page, 1);
  await sendSentry();
  await page.getByText('No resolved error came').waitFor();
  await tab(page, 'Open').click();
  await row(page, 'Came back').getByRole('cell', {name: '4', exact: true}).first().waitFor();
  await shoot(page, 'back');
}

const open = async (page, text) => {
  await row(page, text).getByRole('link').first().click();
  await page.getByRole('group', {name: 'Acts'}).waitFor();
};

async function mutes(page) {
  await open(page, 'Checkout failed');
  await page.getByText('It came without a fingerprint').waitFor();
  await page.keyboard.press('m');
  const dialog = page.getByRole('dialog', {name: 'Mute until'});
  await dialog.getByLabel('Times').fill('none');
  assert.ok(await button(dialog, 'Mute').isDisabled());
  await dialog.getByLabel('Times').fill('2');
  await isAccessible(page, 'the question of muting');
  await shoot(page, 'mute');
  await button(dialog, 'Mute').click();
  const kUntil = /^Muted until it has come 3 times or until over 10 come in an hour/;
  await page.getByText(kUntil).waitFor();
  await sendNative('Checkout failed', kHostile);
  await page.locator('.err-tiles').getByText('2', {exact: true}).first().waitFor();
  await page.getByText(/^Muted until/).waitFor();
  await sendNative('Checkout failed', kHostile);
  await page.getByText(/^Back after its count/).first().waitFor();
}

async function waitsForARelease(page) {
  await page.keyboard.press('u');
  await open(page, 'Came back');
  await button(page, 'Resolve in the next release').click();
  await page.getByText(/until it happens in a release after shop@1.2.3/).waitFor();
  await sendSentry();
  await page.locator('.err-tiles').getByText('5', {exact: true}).first().waitFor();
  await page.getByText(/until it happens in a release after/).waitFor();
  await sendSentry({release: 'shop@1.10.0'});
  await page.getByText(/^Back in a new release/).first().waitFor();
}

async function assigns(page) {
  await page.keyboard.press('a');
  const dialog = page.getByRole('dialog', {name: 'Assign to'});
  await dialog.getByLabel('User').selectOption('admin@localhost');
  await button(dialog, 'Assign').click();
  await page.getByText(/Assigned to admin@localhost/).waitFor();

  const notes = page.getByRole('region', {name: 'Notes'});
  await notes.getByPlaceholder('Write a note').fill(`see ${kHostile}\nand the deploy`);
  await button(notes, 'Add note').click();
  await notes.getByText(/see <img src=x onerror=alert\(1\)>·gnp.exe/).waitFor();
  await isAccessible(page, 'a group with a note');
  await shoot(page, 'noted');
  await button(notes, 'Remove this note').click();
  await button(page.getByRole('dialog'), 'Remove').click();
  await notes.getByText('None yet.').waitFor();
}

async function actsOnSeveral(page) {
  await page.keyboard.press('u');
  await hasRows(page, 3);
  const boxes = rows(page).getByRole('checkbox');
  await boxes.nth(0).click();
  await boxes.nth(1).click({modifiers: ['Shift']});
  await told(page, '2 chosen');
  await shoot(page, 'chosen');
  await button(page, 'Ignore').click();
  await told(page, '2 errors are ignored.');
  await hasRows(page, 1);
  await tab(page, 'Ignored').click();
  await hasRows(page, 2);
  await page.getByRole('checkbox', {name: 'All on this page'}).click();
  await button(page, 'Open again').click();
  await told(page, '2 errors are opened.');
}

// What is searched for stands in the address, and so it can be gone back to.
async function findsAgain(page) {
  await page.goto(`${task.console}/errors?state=all&sort=count&range=1h`);
  await hasRows(page, 3);
  await page.getByRole('searchbox').fill('SHIP');
  await page.waitForURL('**search=SHIP*');
  await hasRows(page, 2);
  await page.reload();
  await hasRows(page, 2);
  await page.goto(`${task.console}/errors/999999`);
  await page.getByText('There is no such error.').waitFor();
  await page.goto(`${task.console}/errors?assignee=admin%40localhost`);
  await hasRows(page, 1);
}

// Who only sees has nothing to act with.
async function viewer(browser) {
  for (const colorScheme of ['light', 'dark']) {
    const page = await openPage(browser, {colorScheme, viewport: {width: 360, height: 760}});
    await page.goto(`${task.console}/errors`);
    await page.getByLabel(/e-?mail/i).fill(task.viewer);
    await page.getByLabel(/password/i).first().fill(task.phrase);
    await page.getByRole('button', {name: /sign in/i}).click();
    await hasRows(page, 3);
    assert.equal(await page.getByRole('checkbox').count(), 0);
    await isNarrowEnough(page);
    await isAccessible(page, `the list, ${colorScheme}, narrow`);
    await shoot(page, `list-${colorScheme}-narrow`);
    await row(page, 'Cannot ship kb76a0d').getByRole('link').first().click();
    await page.getByRole('group', {name: 'Stack, innermost first'}).waitFor();
    assert.equal(await page.getByRole('group', {name: 'Acts'}).count(), 0);
    await isNarrowEnough(page);
    await isAccessible(page, `a group, ${colorScheme}, narrow`);
    await shoot(page, `group-${colorScheme}-narrow`);
    await page.setViewportSize({width: 1440, height: 900});
    await shoot(page, `group-${colorScheme}`);
    const refused = await page.evaluate(async () => {
      const {csrf_token: token} = await (await fetch('/api/v1/session')).json();
      return (await fetch('/api/v1' + location.pathname, {
        method: 'PATCH',
        headers: {'Content-Type': 'application/json', 'X-CSRF-Token': token},
        body: '{"state":"ignored"}',
      })).status;
    });
    assert.equal(refused, 403);
    await page.context().close();
  }
}

await makeVisits([whole, viewer]);
