// What one asks the console for: the bar, its filters and ranges, and the table of events. Numbers
// are those that the rows have (task.wanted).
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';

import {isAccessible, isNarrowEnough, makeVisits, openPage, signIn, task} from './console_page.mjs';

const tile = (page, title) => page.locator('.tile', {hasText: title}).locator('.tile-value');
const card = (page, name) => page.getByRole('region', {name});

async function tileSays(page, title, text) {
  await tile(page, title).filter({hasText: new RegExp(`^${text}$`)}).waitFor();
}

const param = (page, name) => new URL(page.url()).searchParams.get(name);

// Bots are left out, and said to be, until one wants them; the address keeps what was chosen.
async function bots(page) {
  await tileSays(page, 'Events', task.wanted.people);
  await page.getByText(`${task.wanted.bots} of bots left out`).waitFor();
  await page.getByRole('combobox', {name: 'Bots'}).selectOption('With bots');
  await tileSays(page, 'Events', task.wanted.people + task.wanted.bots);
  assert.equal(param(page, 'bots'), '1');
  await page.reload();
  await tileSays(page, 'Events', task.wanted.people + task.wanted.bots);
  await page.getByRole('combobox', {name: 'Bots'}).selectOption('Without bots');

  // Where nobody else has come, as with a first event by curl, that is said.
  await page.goto(`${task.console}/?range=7d&filter=browser!%3DFirefox`);
  await page.getByText('Only bots in the last 7 days.').waitFor();
  await page.getByRole('link', {name: 'Show them'}).click();
  await tileSays(page, 'Events', task.wanted.bots);
  await page.goto(`${task.console}/?range=7d`);
}

async function addFilter(page, of, sign, value, key) {
  await page.getByRole('button', {name: 'Add filter'}).click();
  await page.getByRole('combobox', {name: 'Of'}).selectOption(of);
  if (key) await page.getByRole('textbox', {name: 'Key', exact: true}).fill(key);
  await page.getByRole('combobox', {name: 'Comparison'}).selectOption(sign);
  if (value !== null) await page.locator('dialog input').last().fill(value);
  await page.getByRole('button', {name: 'Add', exact: true}).click();
}

async function filters(page) {
  await addFilter(page, 'Path', 'starts with', '/P');
  await tileSays(page, 'Events', task.wanted.products);
  await addFilter(page, 'Property …', 'is over', '3', 'seats');
  await tileSays(page, 'Events', task.wanted.productsOverThree);
  const group = page.getByRole('group', {name: 'Filters'});
  await group.getByRole('link', {name: 'Remove the filter Path starts with /P'}).click();
  await tileSays(page, 'Events', task.wanted.overThree);
  await page.keyboard.press('Escape');
  await tileSays(page, 'Events', task.wanted.people);

  // A number has to be one, and Esc closes the question and no more.
  await page.getByRole('button', {name: 'Add filter'}).click();
  await page.getByRole('combobox', {name: 'Comparison'}).selectOption('is under');
  await page.locator('dialog input').last().fill('x');
  assert.ok(await page.getByRole('button', {name: 'Add', exact: true}).isDisabled());
  await page.keyboard.press('Escape');
  await page.locator('dialog').waitFor({state: 'detached'});
}

async function directSources(page) {
  await card(page, 'Sources').getByRole('link', {name: 'Referrer', exact: true}).click();
  await card(page, 'Sources').getByRole('link', {name: /^Direct /}).click();
  await tileSays(page, 'Events', task.wanted.direct);
  assert.equal(param(page, 'referrer'), '');
  await page.keyboard.press('Escape');
}

// An address that is mistyped says what of it is left out.
async function mistyped(page) {
  await page.goto(`${task.console}/?range=99y&filter=path&bots=1`);
  await page.getByText('Left out: range=99y, filter=path').waitFor();
  await isAccessible(page, 'mistyped');
  await page.getByRole('link', {name: '7d, the last 7 days'}).click();
  await page.getByText('Left out: ').waitFor({state: 'detached'});
  await page.goto(`${task.console}/?range=7d`);
}

// Answers come one behind the other: what is shown beside another one is of the same question.
async function answersApart(page) {
  const row = card(page, 'Pages').getByRole('link', {name: /^\/products\/1 /});
  const rows = card(page, 'Pages').getByRole('listitem');
  const share = row.locator('.bar-share');
  const note = page.locator('.tile-note').first();  // Of visitors.
  const earlier = await share.textContent();
  assert.match(earlier, /^[1-9][0-9.]*%$/);
  let held = [];
  const hold = (route) => held === null ? route.continue() : void held.push(route);
  const goOn = () => {
    for (const route of held) void route.continue();
    held = null;
  };

  // The tiles first: what the list had is a share of what there was.
  await page.route('**/api/v1/stats/top?*dimension=path*', hold);
  await row.click();
  await tileSays(page, 'Events', task.wanted.productOne);
  assert.equal(await share.textContent(), earlier);
  goOn();
  await share.filter({hasText: /^100%$/}).waitFor();
  await page.keyboard.press('Escape');
  await share.filter({hasText: earlier}).waitFor();

  // The list first: of which sum it is a share is not known.
  held = [];
  await page.unroute('**/api/v1/stats/top?*dimension=path*');
  await page.route('**/api/v1/stats/overview?*', hold);
  await row.click();
  await rows.nth(1).waitFor({state: 'detached'});
  assert.equal(await share.textContent(), '');
  // And the range before it last.
  while (held.length < 2) await page.waitForEvent('request');
  void held.shift().continue();
  await tileSays(page, 'Events', task.wanted.productOne);
  await share.filter({hasText: /^100%$/}).waitFor();
  assert.equal(await note.textContent(), '');
  goOn();
  await note.filter({hasText: 'none before'}).waitFor();
  await page.unroute('**/api/v1/stats/overview?*');
  await page.keyboard.press('Escape');
  await tileSays(page, 'Events', task.wanted.people);
}

// The server answers by turns: tiles and chart do not wait for lists.
async function rangeFirst(page) {
  const asked = [];
  const note = (request) => {
    const {pathname, searchParams} = new URL(request.url());
    if (searchParams.has('filter')) asked.push(pathname);  // No poll of before the click.
  };
  page.on('request', note);
  await card(page, 'Pages').getByRole('link', {name: /^\/products\/1 /}).click();
  await tileSays(page, 'Events', task.wanted.productOne);
  page.off('request', note);
  assert.equal(asked[0], '/api/v1/stats/overview', asked.join());
  await page.keyboard.press('Escape');
  await tileSays(page, 'Events', task.wanted.people);
}

// All values of a list, searched, and as a file.
async function details(page) {
  await card(page, 'Pages').getByRole('button', {name: 'Details'}).click();
  const dialog = page.getByRole('dialog', {name: 'Path'});
  await dialog.getByRole('searchbox').fill('PRODUCTS/1');
  await dialog.getByRole('listitem').nth(1).waitFor({state: 'detached'});
  await dialog.getByRole('link', {
    name: new RegExp(`^/products/1 .* ${task.wanted.productOneVisitors} visitors `),
  }).waitFor();
  await isAccessible(page, 'details');
  const [file] = await Promise.all(
      [page.waitForEvent('download'), dialog.getByRole('button', {name: 'CSV'}).click()]);
  assert.equal(file.suggestedFilename(), 'path.csv');
  assert.equal(readFileSync(await file.path(), 'utf8'),
               'Path,Events,Visitors\r\n' +
                   `/products/1,${task.wanted.productOne},${task.wanted.productOneVisitors}\r\n`);
  await dialog.getByRole('link', {name: /^\/products\/1 /}).click();
  await dialog.waitFor({state: 'detached'});
  await tileSays(page, 'Events', task.wanted.productOne);
  await page.keyboard.press('Escape');
}

// Where visits begin, and a property of one's own; both in the address.
async function lists(page) {
  await card(page, 'Pages').getByRole('link', {name: 'Entry'}).click();
  await page.waitForURL('**list-pages=entry*');
  await card(page, 'Pages').getByRole('link', {name: /^\/blog /}).waitFor();
  await card(page, 'Property').getByLabel('Key of the property').fill('seats');
  await page.keyboard.press('Enter');
  await card(page, 'Property').getByRole('link', {name: /^7 /}).click();
  await tileSays(page, 'Events', task.wanted.seven);
  await page.keyboard.press('Escape');
  await page.reload();
  await card(page, 'Property').getByRole('link', {name: /^7 /}).waitFor();
}

// What one looks at, kept under a name, and gone back to from elsewhere.
async function savedViews(page) {
  await page.goto(`${task.console}/?range=7d&filter=path%5E%3D%2Fp`);
  await tileSays(page, 'Events', task.wanted.products);
  await page.getByRole('button', {name: 'Saved views'}).click();
  const dialog = page.getByRole('dialog', {name: 'Saved views'});
  await dialog.getByRole('textbox').fill('Products <b>');
  await dialog.getByRole('checkbox', {name: 'Everybody sees it'}).check();
  await dialog.getByRole('button', {name: 'Save'}).click();
  await dialog.getByRole('link', {name: 'Products <b>'}).waitFor();
  await isAccessible(page, 'saved views');
  await page.goto(`${task.console}/events`);
  await page.getByRole('button', {name: 'Saved views'}).click();
  await dialog.getByRole('link', {name: 'Products <b>'}).click();
  await tileSays(page, 'Events', task.wanted.products);
  assert.equal(new URL(page.url()).pathname, '/');

  await page.getByRole('button', {name: 'Saved views'}).click();
  await dialog.getByRole('button', {name: 'Remove Products <b>'}).dblclick();
  const question = page.getByRole('dialog', {name: 'Remove this view?'});
  await question.getByRole('button', {name: 'Remove'}).click();
  await dialog.getByText('None yet.').waitFor();
  await page.keyboard.press('Escape');
  await page.goto(`${task.console}/?range=7d`);
}

async function projects(page) {
  await page.getByRole('combobox', {name: 'Project'}).selectOption('shop');
  await tileSays(page, 'Events', task.wanted.shop);
  await page.getByRole('combobox', {name: 'Project'}).selectOption('All projects');
}

// The browser stands in Kathmandu, where it is 5:45 later.
async function ranges(page) {
  await page.goto(`${task.console}/?from=${task.wanted.from}&to=${task.wanted.to}&chart=table`);
  await tileSays(page, 'Events', task.wanted.people);
  await page.getByRole('combobox', {name: 'Step'}).selectOption('by day');
  const first = card(page, 'Events over time').getByRole('row').last();
  await first.getByText(task.wanted.firstDayLocal).waitFor();
  await page.getByRole('combobox', {name: 'Time zone'}).selectOption('UTC');
  await first.getByText(task.wanted.firstDayUtc).waitFor();

  await page.getByRole('combobox', {name: 'Other range'}).selectOption('From … to …');
  await page.getByLabel('From').fill(task.wanted.customFrom);
  await page.getByLabel('To, not included').fill(task.wanted.customTo);
  await page.getByRole('dialog').getByRole('button', {name: 'Show'}).click();
  await tileSays(page, 'Events', task.wanted.custom);
  // Its ends are told, and may be chosen anew.
  const other = page.getByRole('combobox', {name: 'Other range'});
  assert.match(await other.locator('option:checked').innerText(), /\d+.* – .*\d+/);
  await other.selectOption('From … to …');
  assert.equal(await page.getByLabel('From').inputValue(), task.wanted.customFrom);
  await page.locator('dialog:modal').waitFor();  // Before it is, Escape is the page's.
  await page.getByLabel('From').press('Escape');
  await page.getByRole('dialog').waitFor({state: 'detached'});
  await page.getByRole('combobox', {name: 'Other range'}).selectOption('Today');
  await page.waitForURL('**/?range=today*');
}

async function table(page) {
  await page.goto(`${task.console}/events?range=7d`);
  const rows = page.locator('.rows tbody tr');
  await rows.nth(99).waitFor();
  assert.equal(await rows.count(), 100);
  await page.getByRole('button', {name: 'More'}).click();
  await rows.nth(100).waitFor();
  assert.equal(await rows.count(), Math.min(200, task.wanted.people));

  await page.getByRole('button', {name: 'Export'}).click();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', {name: 'CSV', exact: true}).click(),
  ]);
  const lines = readFileSync(await file.path(), 'utf8').trimEnd().split('\r\n');
  assert.equal(lines.length, task.wanted.people + 1);
  assert.match(file.suggestedFilename(), /^events-.*\.csv$/);
  await page.keyboard.press('Escape');

  await page.getByRole('button', {name: 'Columns'}).click();
  await page.getByRole('checkbox', {name: 'Project'}).check();
  await page.keyboard.press('Escape');
  await page.getByRole('columnheader', {name: 'Project'}).waitFor();
  await page.reload();
  await page.getByRole('columnheader', {name: 'Project'}).waitFor();

  await rows.first().waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  await page.keyboard.press('Enter');
  const drawer = page.getByRole('dialog');
  await drawer.getByRole('link', {name: /^Not Path /}).waitFor();
  await page.screenshot({path: `${task.screenshots}/event.png`});
  await drawer.getByRole('link', {name: /^Only Project /}).click();
  await page.getByRole('group', {name: 'Filters'}).getByText('Project').waitFor();
  await drawer.waitFor({state: 'detached'});
}

// A chart's script that does not come, as behind an upgrade: the numbers are shown as a table.
async function chartThatDoesNotCome(page) {
  await page.route('**/assets/chart-*', (route) => route.abort());
  await page.goto(`${task.console}/?range=7d`);
  await page.getByRole('region', {name: 'Events over time, newest first'}).waitFor();
  assert.equal(await page.getByRole('link', {name: 'Show the chart'}).count(), 0);
  await page.unroute('**/assets/chart-*');
  await page.reload();
  await page.getByRole('img', {name: /^Chart of events/}).waitFor();
}

// Drawing over the chart asks for what was drawn over.
async function zoom(page) {
  await page.goto(`${task.console}/events?range=7d`);
  const chart = page.locator('.u-over');
  await chart.waitFor();
  const box = await chart.boundingBox();
  await page.mouse.move(box.x + box.width * 0.5, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.7, box.y + 60, {steps: 5});
  await page.mouse.up();
  await page.waitForURL('**/events?from=*');
  const seconds = Number(param(page, 'to')) - Number(param(page, 'from'));
  assert.ok(seconds > 86_400 && seconds < 2 * 86_400, `${seconds}`);
}

// One metric at a time, chosen by its tile. Of days before the first event nothing is said.
async function metrics(page) {
  await page.goto(`${task.console}/?range=7d&tz=utc&step=6h`);
  const pick = (title) => page.getByRole('button', {name: `${title}: show in the chart`});
  const series = (title) => card(page, `${title} over time`);
  assert.equal(await pick('Events').getAttribute('aria-pressed'), 'true');
  for (const [title, name, text] of [
    ['Visitors', 'visitors', /^\d$/], ['Visits', 'visits', /^\d+$/],
    ['Bounce rate', 'bounces', /^\d+(\.\d)?%$/], ['Visit duration', 'duration', /^\d+ (s|min|h)/],
  ]) {
    await pick(title).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(`**metric=${name}*`);
    assert.equal(await pick(title).getAttribute('aria-pressed'), 'true');
    assert.equal(await pick('Events').getAttribute('aria-pressed'), 'false');
    await series(title).locator('canvas').waitFor();
    await page.screenshot({path: `${task.screenshots}/metric-${name}.png`});
    await series(title).getByRole('link', {name: 'Show the numbers as a table'}).click();
    const rows = series(title).locator('tbody tr');
    const cell = (row) => row.getByRole('cell').nth(1);
    await cell(rows.last()).filter({hasText: /^–$/}).waitFor();
    await cell(rows.nth(3)).filter({hasText: text}).waitFor();
    // All of the range before is unknown: there is nothing to compare with.
    assert.equal(await series(title).getByText('Before').count(), 0);
    await series(title).getByRole('link', {name: 'Show the chart'}).click();
  }
  await pick('Events').click();
  await page.waitForURL((url) => !url.search.includes('metric'));
  await series('Events').getByRole('link', {name: 'Show the numbers as a table'}).click();
  const cells = series('Events').locator('tbody tr td:nth-child(2)');
  await cells.last().filter({hasText: /^–$/}).waitFor();
  const told = await cells.allTextContents();
  // The newest is first; where events begin, unknown ends.
  const known = told.filter((text) => text !== '–');
  assert.deepEqual(told.slice(0, known.length), known);
  assert.ok(known.length >= 20 && told.length - known.length >= 7, `${told}`);
  assert.equal(known.reduce((sum, text) => sum + Number(text), 0), task.wanted.people);

  await page.goto(`${task.console}/?range=24h&metric=visits&chart=table`);
  await series('Visits').locator('thead th').filter({hasText: 'Before'}).waitFor();
}

async function asking(browser) {
  const page = await openPage(browser, {timezoneId: 'Asia/Kathmandu', locale: 'en-GB'});
  await signIn(page);
  await page.goto(`${task.console}/?range=7d`);
  for (const part of [
    bots, filters, mistyped, directSources, answersApart, rangeFirst, details, lists, savedViews,
    projects, ranges, table, chartThatDoesNotCome, zoom, metrics,
  ]) {
    await part(page);
  }
  await page.context().close();
}

// On a telephone and in the dark, nothing is wider than the page, and everybody can use it.
async function looks(browser) {
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [360, 1440]) {
      const page = await openPage(browser, {colorScheme, viewport: {width, height: 900}});
      await signIn(page);
      for (const path of ['/', '/events']) {
        await page.goto(`${task.console}${path}?range=7d&filter=path%5E%3D%2Fp`);
        await page.locator('.chart canvas').waitFor();
        await page.locator('.rows tbody tr').first().waitFor();
        await isNarrowEnough(page);
        const name = path === '/' ? 'overview' : 'events';
        await isAccessible(page, `${name}, ${colorScheme}, ${width}`);
        await page.getByRole('button', {name: 'Add filter'}).click();
        await page.getByRole('dialog').waitFor();
        await isAccessible(page, `a filter on ${name}, ${colorScheme}, ${width}`);
        await page.keyboard.press('Escape');
        await page.screenshot(
          {path: `${task.screenshots}/${name}-${colorScheme}-${width}.png`, fullPage: true});
      }
      await page.context().close();
    }
  }
}

await makeVisits([asking, looks]);
