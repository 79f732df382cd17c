// A browser driven from outside: one JSON command a line, [verb, tab, argument…], and one JSON
// answer a line. Usage: node remote.mjs OPTIONS, a JSON object. Ends with its input.
import {createInterface} from 'node:readline';

import {chromium} from 'playwright-core';

const options = JSON.parse(process.argv[2]);
const kDeadlineMs = 60_000;

// Chromium keeps pages for "back" and prerenders, but not as Playwright starts it.
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  headless: true,
  ignoreDefaultArgs: ['--disable-back-forward-cache'],
  args: [
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync',
    ...(options.args ?? []),
  ],
});
const context = await browser.newContext(options.context ?? {});
context.setDefaultTimeout(kDeadlineMs);
const tabs = new Map();
const errors = [];
const complaints = [];  // What Chromium itself writes into pages' consoles: CORS, failed requests.

function adopt(name, page) {
  tabs.set(name, page);
  page.on('pageerror', (error) => errors.push(String(error.stack)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.location().url} ${message.text()}`);
  });
}

// `keys` are held down meanwhile; a tab that this opens is called `opens`.
async function act(page, {keys = [], opens}, action) {
  for (const key of keys) await page.keyboard.down(key);
  const opened = opens ? context.waitForEvent('page') : undefined;
  await action();
  for (const key of keys) await page.keyboard.up(key);
  if (opened) adopt(opens, await opened);
}

const verbs = {
  open: async (tab) => adopt(tab, await context.newPage()),
  close: async (page) => page.close({runBeforeUnload: true}),
  goto: async (page, url) => { await page.goto(url); },
  back: async (page) => {
    // A page out of the cache does not load: what is waited for is its address.
    const before = page.url();
    await page.evaluate('history.back()').catch(() => {});
    await page.waitForURL((url) => url.href !== before, {waitUntil: 'commit'});
  },
  reload: async (page) => { await page.reload(); },
  run: (page, script) => page.evaluate(script),
  until: async (page, script) => {
    await page.waitForFunction(script, null, {polling: 50, timeout: kDeadlineMs});
  },
  click: (page, selector, how = {}) =>
      act(page, how, () => page.click(selector, {button: how.button ?? 'left'})),
  press: (page, selector, key, how = {}) => act(page, how, () => page.press(selector, key)),
  show: (page) => page.bringToFront(),
  errors: async () => errors,
  complaints: async () => complaints,
};

for await (const line of createInterface({input: process.stdin})) {
  const [verb, tab, ...args] = JSON.parse(line);
  const subject = ['open', 'errors', 'complaints'].includes(verb) ? tab : tabs.get(tab);
  try {
    console.log(JSON.stringify({value: (await verbs[verb](subject, ...args)) ?? null}));
  } catch (error) {
    console.log(JSON.stringify({error: String(error.stack)}));
  }
}
await browser.close();
