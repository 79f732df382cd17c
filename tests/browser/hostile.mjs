// Looks at every page while the store is full of hostile texts: nothing of them runs, asks another
// host, becomes an element, turns the text around it, or is wider than the window.
//
//   node hostile.mjs TASK, a JSON object; intake and key: where to send more
import assert from 'node:assert/strict';

import {isNarrowEnough, makeVisits, openPage, signIn, task} from './console_page.mjs';
import {kHostileTexts} from './hostile_texts.mjs';

// Whatever goes wrong in a page, by what says so.
async function watched(browser, options) {
  const page = await openPage(browser, options);
  const wrong = [];
  page.on('dialog', (dialog) => {
    wrong.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(task.console + '/')) wrong.push(`it asked ${url}`);
  });
  page.on('console', (message) => {
    if (message.type() === 'error') wrong.push(`the console says: ${message.text()}`);
  });
  await page.addInitScript(() => {
    window.violations = [];
    addEventListener('securitypolicyviolation', (event) => window.violations.push(
        `${event.violatedDirective} ${event.blockedURI}`));
  });
  return {page, wrong};
}

async function isHarmless(page, what) {
  const found = await page.evaluate(() => {
    const text = document.body.innerText;
    return {
      pwned: window.pwned,
      violations: window.violations,
      elements: [...document.querySelectorAll(
          'iframe, object, embed, base, main script, main link, main meta, main style, main img')]
          .map((element) => element.outerHTML.slice(0, 200)),
      handlers: [...document.querySelectorAll('*')].flatMap((element) =>
          element.getAttributeNames().filter((name) => name.startsWith('on'))),
      links: [...document.querySelectorAll('a[href]')].map((link) => link.href)
          .filter((href) => !href.startsWith(location.origin + '/')),
      turned: [...text.matchAll(/.{0,9}[\u00ad\u200b\u202a-\u202e\u2066-\u2069\ufeff]/g)]
          .map(([found]) => encodeURI(found)),
    };
  });
  assert.deepEqual(found, {
    pwned: undefined, violations: [], elements: [], handlers: [], links: [], turned: [],
  }, what);
  await isNarrowEnough(page);
}

const isQuiet = (page) => page.waitForFunction(
    () => document.querySelector('main h1') && !document.querySelector('[aria-busy=true], .ghost'));

async function look(page, address, what) {
  await page.goto(task.console + address);
  await isQuiet(page);
  await isHarmless(page, what ?? address);
}

async function pages(browser) {
  for (const viewport of [{width: 1280, height: 900}, {width: 360, height: 800}]) {
    const {page, wrong} = await watched(browser, {viewport});
    await signIn(page);
    for (const address of ['/', '/?list-pages=name&list-sources=campaign&list-clients=os',
                           '/?list-pages=entry', '/?list-pages=host', '/events', '/errors',
                           '/errors?state=all', '/sources', '/queue', '/system', '/keys',
                           '/people', '/account']) {
      await look(page, `${address}${address.includes('?') ? '&' : '?'}bots=1`);
    }
    await page.goto(`${task.console}/events?bots=1`);
    await isQuiet(page);
    await page.screenshot({path: `${task.screenshots}/hostile-events-${viewport.width}.png`});
    await look(page, '/?bots=1');
    await page.screenshot({path: `${task.screenshots}/hostile-overview-${viewport.width}.png`,
                           fullPage: true});
    assert.deepEqual(wrong, []);
    await page.context().close();
  }
}

// Each text as an address's filter, and in the drawer of an event that has it everywhere.
async function eventsInFull(browser) {
  const {page, wrong} = await watched(browser);
  await signIn(page);
  const {events} = await page.evaluate(
      async () => (await fetch('/api/v1/events?project=shop&limit=1000')).json());
  const several = events.filter((event, i) => event.name !== 'pageview' && i % 7 === 0);
  assert.ok(several.length > 10, `${several.length} of ${events.length}`);
  for (const event of several) {
    await page.goto(`${task.console}/events?bots=1&event=${event.id}`);
    await page.getByRole('dialog').getByText('anonymous_id').first().waitFor();
    await isHarmless(page, `the event ${event.id}`);
  }
  await page.screenshot({path: `${task.screenshots}/hostile-drawer.png`});
  const short = kHostileTexts.filter((one) => one.length < 1000 && !one.includes('\0'));
  for (const text of short.filter((_, i) => i % 3 === 0)) {
    const filter = encodeURIComponent(`properties.plan=${text}`);
    await page.goto(`${task.console}/events?bots=1&filter=${filter}`);
    await isQuiet(page);
    await isHarmless(page, `the filter ${text}`);
  }
  assert.deepEqual(wrong, []);
  await page.context().close();
}

async function errorsInFull(browser) {
  const {page, wrong} = await watched(browser);
  await signIn(page);
  const {groups} = await page.evaluate(
      async () => (await fetch('/api/v1/errors?state=all&limit=100')).json());
  assert.ok(groups.length > 10, `${groups.length} groups`);
  for (const group of groups.filter((_, i) => i % 5 === 0 || i > groups.length - 6)) {
    await look(page, `/errors/${group.id}?bots=1`, `the group ${group.id}`);
  }
  await page.screenshot({path: `${task.screenshots}/hostile-error.png`, fullPage: true});
  assert.deepEqual(wrong, []);
  await page.context().close();
}

// Messages of which nobody knows what they are, shown whole.
async function letters(browser) {
  const {page, wrong} = await watched(browser);
  await signIn(page);
  await page.goto(`${task.console}/queue?tab=dead`);
  await isQuiet(page);
  const {letters: all} = await page.evaluate(
      async () => (await fetch('/api/v1/queue/dead?limit=100')).json());
  assert.ok(all.length > 10, `${all.length} letters`);
  for (const {id} of all.filter((_, i) => i % 9 === 0)) {
    await page.goto(`${task.console}/queue?tab=dead&letter=${encodeURIComponent(id)}`);
    await isQuiet(page);
    await isHarmless(page, `the letter ${id}`);
  }
  assert.deepEqual(wrong, []);
  await page.context().close();
}

async function live(browser) {
  const {page, wrong} = await watched(browser);
  await signIn(page);
  await page.goto(`${task.console}/live?bots=1`);
  await page.locator('.fresh', {hasText: /^Live$/}).waitFor();
  for (const text of kHostileTexts.slice(0, 30)) {
    const answer = await fetch(`${task.intake}/v1/events`, {
      method: 'POST',
      headers: {'Content-Type': 'application/json', 'Authorization': `Bearer ${task.key}`},
      body: JSON.stringify({name: text, url: `https://shop.example/${text}`, user_id: text}),
    });
    assert.ok([202, 422].includes(answer.status), `${answer.status}`);
  }
  await page.locator('.rows tbody tr').nth(15).waitFor();
  await isHarmless(page, 'live');
  await page.screenshot({path: `${task.screenshots}/hostile-live.png`});
  assert.deepEqual(wrong, []);
  await page.context().close();
}

await makeVisits([pages, eventsInFull, errorsInFull, letters, live]);
