// What people do in a browser, step by step. Usage: node visit.mjs TASK, a JSON object.
//
// Whatever the task, the browser may ask only the addresses of the task, and its console must stay
// free of errors and of breaches of the content policy.
import assert from 'node:assert/strict';
import {mkdirSync} from 'node:fs';

import {chromium} from 'playwright-core';

const task = JSON.parse(process.argv[2]);
const kDeadlineMs = 60_000;
const kAgent = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) ' +
    'Chrome/120.0.0.0 Safari/537.36';

const complaints = [];

function watch(context, origins) {
  context.on('request', (request) => {
    const {origin, protocol} = new URL(request.url());
    if (protocol !== 'data:' && protocol !== 'blob:' && !origins.includes(origin)) {
      complaints.push(`a request to ${request.url()}`);
    }
  });
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') {
      complaints.push(`${message.type()}: ${message.text()} (${message.location().url})`);
    }
  });
  context.on('weberror', (error) => complaints.push(`error: ${error.error().stack}`));
}

async function visitSite(context) {
  watch(context, [task.site, task.intake]);
  const page = await context.newPage();
  // The load of the page, a click that is named, a change of the address, a link, and leaving.
  const sent = () => page.waitForResponse(
      (response) => response.url().startsWith(task.intake + '/v1/events') &&
          response.request().method() === 'POST',
      {timeout: kDeadlineMs});
  const first = sent();
  await page.goto(task.site + '/');
  assert.equal((await first).status(), 202);
  const second = sent();
  await page.click('#named');
  await page.click('#push');
  assert.equal((await second).status(), 202);
  await page.screenshot({path: `${task.screenshots}/site.png`});
  const third = sent();
  await page.click('#next');
  assert.equal((await third).status(), 202);
  await page.close({runBeforeUnload: true});
}

async function signIn(page, email, password) {
  await page.getByLabel(/e-?mail/i).fill(email);
  await page.getByLabel(/password/i).first().fill(password);
  await page.getByRole('button', {name: /sign in|log in/i}).click();
}

// There are two: one that can be stored after all, and one that looks like a page.
async function actOnDeadLetters(page) {
  const card = page.getByRole('region', {name: 'Dead letters'});
  await card.getByRole('link', {name: 'Not written by Penstock'}).click();
  const letters = page.getByRole('region', {name: 'Dead letters, newest first'});
  const hostile = letters.getByRole('row').filter({hasText: '<img src=x onerror=alert(1)>'});
  await hostile.getByRole('checkbox').check();
  await page.getByRole('button', {name: 'Delete', exact: true}).click();
  await page.getByRole('button', {name: 'Delete for good'}).click();
  await page.getByText('1 deleted.').waitFor();
  // The list of reasons may still count the one that is gone: then nothing is done, and it says so.
  const retried = page.getByText('1 retried.');
  const outcome = retried.or(page.getByText('look again'));
  do {
    await page.getByRole('button', {name: 'Retry all: Not written by Penstock'}).click();
    await outcome.first().waitFor();
  } while (!await retried.isVisible());
  await page.getByText('No dead letters: all that came could be stored.').waitFor();
}

async function visitConsole(context) {
  watch(context, [task.console]);
  const page = await context.newPage();
  page.setDefaultTimeout(kDeadlineMs);
  await page.goto(task.console + '/');
  await signIn(page, 'admin@localhost', task.password);

  // The first sign-in asks for a password of one's own.
  const chosen = 'a pass phrase of my own';
  const fields = page.locator('input[type=password]');
  await page.getByLabel(/new password/i).first().waitFor();
  await page.screenshot({path: `${task.screenshots}/password.png`});
  for (const field of await fields.all()) {
    const label = await field.evaluate((input) => input.labels[0]?.textContent ?? '');
    await field.fill(/new|again|repeat/i.test(label) ? chosen : task.password);
  }
  await page.locator('button[type=submit]').click();

  for (const text of task.expected) await page.getByText(text, {exact: true}).first().waitFor();
  await page.screenshot({path: `${task.screenshots}/console.png`, fullPage: true});
  await actOnDeadLetters(page);
  await page.emulateMedia({colorScheme: 'dark'});
  await page.screenshot({path: `${task.screenshots}/console-dark.png`, fullPage: true});
}

mkdirSync(task.screenshots, {recursive: true});
const context = await chromium.launchPersistentContext(task.profile, {
  executablePath: '/usr/bin/chromium',
  headless: true,
  userAgent: kAgent,
  viewport: {width: 1280, height: 900},
  args: [
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync',
  ],
});
try {
  await {site: visitSite, console: visitConsole}[task.what](context);
} catch (error) {
  for (const page of context.pages()) {
    await page.screenshot({path: `${task.screenshots}/failed.png`}).catch(() => {});
  }
  throw error;
} finally {
  if (complaints.length > 0) console.error(complaints.join('\n'));
  await context.close();
}
assert.deepEqual(complaints, []);
