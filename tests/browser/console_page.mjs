// The console's page for the scripts of its tests: opened, signed in to, and visited in turn.
//
//   node SCRIPT TASK, a JSON object: console, password, screenshots and what the script wants
import assert from 'node:assert/strict';
import {mkdirSync, readFileSync} from 'node:fs';

import {chromium} from 'playwright-core';

export const task = JSON.parse(process.argv[2]);
export const kDeadlineMs = 60_000;

export async function openPage(browser, options = {}) {
  const context = await browser.newContext({viewport: {width: 1280, height: 900}, ...options});
  const page = await context.newPage();
  page.setDefaultTimeout(kDeadlineMs);
  page.on('pageerror', (error) => assert.fail(`the page failed: ${error.stack}`));
  return page;
}

export async function signIn(page, email = 'admin@localhost') {
  await page.goto(task.console + '/');
  await page.getByLabel(/e-?mail/i).fill(email);
  await page.getByLabel(/password/i).first().fill(task.password);
  await page.getByRole('button', {name: /sign in/i}).click();
  await page.getByRole('heading', {name: 'Overview'}).waitFor();
}

const axe = readFileSync(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

// Everybody can use it, as far as axe can tell.
export async function isAccessible(page, what) {
  await page.evaluate(axe);
  const {violations} = await page.evaluate(
      () => window.axe.run({rules: {'target-size': {enabled: true}}}));
  const told =
      violations.map(({id, nodes}) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
  assert.deepEqual(told, [], what);
}

// Nothing of it is wider than the window.
export async function isNarrowEnough(page) {
  const width = page.viewportSize().width;
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= width, `${page.url()} is ${wide} wide on ${width}`);
}

// Each is given the browser. Where one fails, the page as it was then is among the screenshots.
export async function makeVisits(visits) {
  mkdirSync(task.screenshots, {recursive: true});
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  });
  try {
    for (const visit of visits) {
      await visit(browser).catch(async (error) => {
        const page = browser.contexts().at(-1)?.pages()[0];
        await page?.screenshot({path: `${task.screenshots}/failed-${visit.name}.png`});
        throw error;
      });
    }
  } finally {
    await browser.close();
  }
}
