// What people do on the console's page of the queue: see why messages could not be stored, look
// into them, retry, edit and delete them, and look at what waits.
//
//   node queue.mjs TASK, a JSON object
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';

import {makeVisits, openPage, task} from './console_page.mjs';

const axe = readFileSync(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

async function isAccessible(page, what) {
  await page.evaluate(axe);
  const {violations} = await page.evaluate(() => window.axe.run());
  const told =
      violations.map(({id, nodes}) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
  assert.deepEqual(told, [], what);
}

async function openQueue(browser, role, search, options = {}) {
  const page = await openPage(browser, {viewport: {width: 1440, height: 900}, ...options});
  await page.goto(`${task.console}/queue${search}`);
  await page.getByLabel(/e-?mail/i).fill(task.users[role]);
  await page.getByLabel(/password/i).first().fill(task.phrase);
  await page.getByRole('button', {name: /sign in/i}).click();
  await page.getByRole('heading', {name: 'Queue', level: 1}).waitFor();
  return page;
}

const kJobs = 'Job without arguments';
const kText = 'Text that is not JSON';
const reasons = (page) => page.getByRole('region', {name: 'Dead letters by reason'});
const group = (page, reason) =>
    reasons(page).getByRole('row').filter({has: page.getByRole('link', {name: reason})});
const letters = (page) => page.getByRole('region', {name: 'Dead letters, newest first'});
const rows = (page) => letters(page).locator('tbody tr');
const button = (page, name) => page.getByRole('button', {name, exact: true});
const shoot = (page, name) =>
    page.screenshot({path: `${task.screenshots}/queue-${name}.png`, fullPage: true});
const csrf = (page) => page.evaluate(async () =>
    (await (await fetch('/api/v1/session')).json()).csrf_token);

async function groupHas(page, reason, count) {
  await group(page, reason).getByRole('cell', {name: String(count), exact: true}).waitFor();
}

// Who only sees has nothing to act with, and can read all of a letter.
async function viewer(browser) {
  const page = await openQueue(browser, 'viewer', '?tab=dead');
  await groupHas(page, kJobs, task.jobs);
  await groupHas(page, kText, 4);
  await rows(page).first().waitFor();
  await page.getByRole('navigation', {name: 'Pages'})
      .getByRole('link', {name: /^Queue [1-9]\d* dead letters$/}).waitFor();
  assert.equal(await page.getByRole('checkbox').count(), 0);
  assert.equal(await page.getByRole('button', {name: /retry|delete/i}).count(), 0);

  await group(page, kJobs).getByRole('link').click();
  await page.waitForURL('**/queue?tab=dead&reason=Job+without+arguments');
  await page.getByRole('status').filter({hasText: `${task.jobs} letters`}).waitFor();
  await rows(page).first().getByRole('link').click();
  const dialog = page.getByRole('dialog', {name: kJobs});
  // Of 61 bits, to the last.
  await dialog.getByText(/1152921504606847035/).waitFor();
  const [file] = await Promise.all(
      [page.waitForEvent('download'), button(dialog, 'As base64').click()]);
  const base64 = readFileSync(await file.path(), 'utf8');
  assert.match(Buffer.from(base64, 'base64').toString(), /^\{"class": "X"/);
  await page.keyboard.press('Escape');
  await dialog.waitFor({state: 'detached'});
  const refused = await page.evaluate(async (token) => (await fetch('/api/v1/queue/dead/delete', {
    method: 'POST',
    headers: {'Content-Type': 'application/json', 'X-CSRF-Token': token},
    body: '{"ids":["r1"]}',
  })).status, await csrf(page));
  assert.equal(refused, 403);
  await page.context().close();
}

// Some by a range, then by a page, then all that there are of a reason.
async function chooses(page) {
  await page.getByRole('searchbox').fill('{');
  await page.waitForURL('**search=%7B*');
  await page.getByRole('searchbox').fill('');
  await group(page, kText).getByRole('link').click();
  await page.getByRole('status').filter({hasText: '4 letters'}).waitFor();
  const boxes = rows(page).getByRole('checkbox');
  await boxes.nth(0).click();
  await boxes.nth(2).click({modifiers: ['Shift']});
  await page.getByRole('status').filter({hasText: '3 chosen'}).waitFor();
  await shoot(page, 'chosen');
  await button(page, 'Retry').click();
  // Nothing has mended them.
  await page.getByText('3 retried; 3 are back.').waitFor();
  await groupHas(page, kText, 4);
  await shoot(page, 'back');

  await group(page, kJobs).getByRole('link').click();
  await page.getByRole('status').filter({hasText: `${task.jobs} letters`}).waitFor();
  await page.getByRole('checkbox', {name: 'All on this page'}).click();
  await page.getByRole('status').filter({hasText: '50 chosen'}).waitFor();
  await button(page, `Choose all ${task.jobs}`).click();
  await page.getByRole('status').filter({hasText: `${task.jobs} chosen`}).waitFor();

  // A double click asks and no more; nor does another number do it.
  await button(page, 'Delete').dblclick();
  const dialog = page.getByRole('dialog', {name: `Delete ${task.jobs} dead letters?`});
  await dialog.waitFor();
  const confirm = button(dialog, 'Delete for good');
  await dialog.getByRole('textbox').fill(String(task.jobs - 1));
  assert.ok(await confirm.isDisabled());
  await isAccessible(page, 'the question');
  await shoot(page, 'asks');
  await dialog.getByRole('textbox').fill(String(task.jobs));
  await confirm.click();
  await page.getByText(`${task.jobs} deleted.`).waitFor();
  await group(page, kJobs).waitFor({state: 'detached'});
  await page.getByRole('link', {name: 'All reasons'}).click();
}

// What cannot be stored is refused with its place; what can goes into the queue.
async function edits(page) {
  await rows(page).filter({hasText: '{one'}).getByRole('link').click();
  const dialog = page.getByRole('dialog', {name: kText});
  await button(dialog, 'Edit and retry').click();
  const area = dialog.getByRole('textbox');
  assert.equal(await area.inputValue(), '{one');
  await area.fill('{"class": "X",\n "args" [1]}');
  await button(dialog, 'Put into the queue').click();
  await dialog.getByText(/It could not be stored: .* Line 2, character 9\. Nothing was changed\./)
      .waitFor();
  await shoot(page, 'edit');
  await isAccessible(page, 'editing');
  await area.fill('{"class": "X", "args": [{"name": "edited"}], "jid": "e"}');
  await button(dialog, 'Put into the queue').click();
  await page.getByText('1 retried.').waitFor();
  await groupHas(page, kText, 3);
}

// Somebody else is faster, or more have come: that is told, and nothing more is done.
async function meets(page, browser) {
  const other = await openQueue(browser, 'editor', '?tab=dead');
  const row = (of) => rows(of).filter({hasText: '<img src=x onerror=alert(1)>'});
  await row(other).getByRole('checkbox').click();
  await button(other, 'Delete').click();
  await button(other, 'Delete for good').click();
  await other.getByText('1 deleted.').waitFor();
  await groupHas(other, kText, 2);

  await group(other, kText).getByRole('button', {name: /^Delete all/}).click();
  const dialog = other.getByRole('dialog', {name: 'Delete 2 dead letters?'});
  await dialog.waitFor();
  const ids = await page.evaluate(async () => (await (await fetch(
      '/api/v1/queue/dead?reason=' + encodeURIComponent('Text that is not JSON'))).json())
          .letters.map(({id}) => id));
  const gone = await page.evaluate(async ({id, token}) => (await (await fetch(
      '/api/v1/queue/dead/delete', {
        method: 'POST',
        headers: {'Content-Type': 'application/json', 'X-CSRF-Token': token},
        body: JSON.stringify({ids: [id, 'r0123456789abcdef']}),
      })).json()), {id: ids[0], token: await csrf(page)});
  assert.equal(gone.deleted, 1);
  assert.equal(gone.gone, 1);
  await dialog.getByRole('textbox').fill('2');
  await button(dialog, 'Delete for good').click();
  const again = other.getByRole('dialog', {name: 'Delete this dead letter?'});
  await again.getByText('There are 1 now, not 2.').waitFor();
  await button(again, 'Keep').click();
  await again.waitFor({state: 'detached'});
  await groupHas(other, kText, 1);
  await other.context().close();
}

// One at a time, from its dialog.
async function single(page) {
  await page.reload();
  await group(page, 'Not written by Penstock').getByRole('button', {name: /^Retry all/}).click();
  await page.getByText('1 retried.').waitFor();
  await group(page, 'Not written by Penstock').waitFor({state: 'detached'});
  await rows(page).filter({hasText: 'Batch written by another version'}).getByRole('link').click();
  const dialog = page.getByRole('dialog', {name: /^Batch written by another version/});
  await dialog.getByText(/^00000000 {2}b5 63 70/).waitFor();
  await shoot(page, 'letter');
  await button(dialog, 'Delete').click();
  const question = page.getByRole('dialog', {name: 'Delete this dead letter?'});
  await button(question, 'Delete for good').click();
  await page.getByText('1 deleted.').waitFor();
  await question.waitFor({state: 'detached'});
}

async function editor(browser) {
  const page = await openQueue(browser, 'editor', '?tab=dead');
  await groupHas(page, kJobs, task.jobs);
  await shoot(page, 'dead');
  await chooses(page);
  await edits(page);
  await meets(page, browser);
  await single(page);
  await page.context().close();
}

const workers = (page) => page.getByRole('region', {name: 'Table of workers'});

// The worker that runs, and the hours before with what is not known of them.
async function history(browser) {
  const page = await openQueue(browser, 'viewer', '');
  await workers(page).getByText('Waits for messages').waitFor();
  await shoot(page, 'well');
  await page.getByRole('link', {name: 'History'}).click();
  await page.waitForURL('**/queue?tab=history');
  await page.locator('.chart canvas').nth(3).waitFor();
  await shoot(page, 'history');
  await page.getByRole('link', {name: 'Show the numbers as a table'}).click();
  await page.getByRole('link', {name: '1h, The last hour'}).click();
  await page.waitForURL('**/queue?tab=history&range=1h&chart=table');
  const table = page.getByRole('region', {name: 'Newest first'});
  await table.getByRole('cell', {name: '1,180'}).first().waitFor();
  await page.getByRole('link', {name: '24h, The last 24 hours'}).click();
  // Before there was a console nothing is known, and that is not 0.
  const oldest = table.getByRole('row').last().getByRole('cell');
  await oldest.nth(1).filter({hasText: /^–$/}).waitFor();
  await page.context().close();
}

// Sidekiq's sets, and a process that has not beaten lately.
async function timed(browser) {
  const page = await openQueue(browser, 'viewer', '');
  await workers(page).getByText('Does not answer').waitFor();
  await workers(page).getByText('elsewhere, process 7').waitFor();
  await page.getByRole('link', {name: 'Retries'}).click();
  await page.getByRole('status').filter({hasText: '60 jobs'}).waitFor();
  const jobs = page.getByRole('region', {name: 'Jobs', exact: true}).locator('tbody tr');
  await jobs.nth(49).waitFor();
  await jobs.first().getByRole('button').click();
  const dialog = page.getByRole('dialog', {name: 'A job'});
  await dialog.getByText(/1152921504606846976/).waitFor();
  await page.keyboard.press('Escape');
  await button(page, 'Later').click();
  await jobs.nth(49).waitFor({state: 'detached'});
  assert.equal(await jobs.count(), 10);
  await shoot(page, 'retries');
  await page.getByRole('link', {name: 'Scheduled'}).click();
  await page.getByRole('status').filter({hasText: '1 job'}).waitFor();
  await page.context().close();
}

// What waits, while no worker takes it.
async function waiting(browser) {
  const page = await openQueue(browser, 'viewer', '');
  await workers(page).getByText('Stopped').waitFor();
  await shoot(page, 'now');
  await page.getByRole('link', {name: /^Waiting/}).click();
  await page.waitForURL('**/queue?tab=waiting');
  const row = page.getByRole('region', {name: 'Waiting messages'}).locator('tbody tr').first();
  await row.getByText('waits-a, waits-b').waitFor();
  await row.getByRole('button').click();
  const dialog = page.getByRole('dialog', {name: 'A waiting message'});
  await dialog.getByText('2. waits-b').waitFor();
  await isAccessible(page, 'a waiting message');
  await shoot(page, 'message');
  await page.keyboard.press('Escape');
  await dialog.waitFor({state: 'detached'});
  await page.context().close();
}

const kTabs = {dead: ['dead', 'history'], waiting: ['now', 'waiting'], timed: ['retries']};

// On a telephone and in the dark nothing is wider than the screen, and everybody can use it.
async function looks(browser) {
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [360, 1440]) {
      const page = await openQueue(
          browser, task.part === 'timed' ? 'viewer' : 'editor', '',
          {colorScheme, viewport: {width, height: 900}});
      for (const tab of kTabs[task.part]) {
        await page.goto(`${task.console}/queue?tab=${tab}`);
        await page.locator('.rows tbody tr, .chart canvas').first().waitFor();
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(wide <= width, `${tab} is ${wide} wide on ${width}`);
        await isAccessible(page, `${tab}, ${colorScheme}, ${width}`);
        await shoot(page, `${tab}-${colorScheme}-${width}`);
      }
      await page.context().close();
    }
  }
}

await makeVisits({
  dead: [viewer, history, looks, editor],
  waiting: [waiting, looks],
  timed: [timed, looks],
}[task.part]);
