// Roles by project: an administrator invites somebody to some projects alone; what she then sees of
// every page, what she may do there, and how her rights are changed.
//
//   node roles.mjs TASK, a JSON object; projects: how many events each has
import assert from 'node:assert/strict';

import {isAccessible, isNarrowEnough, makeVisits, openPage, signIn, task} from './console_page.mjs';

const kEmail = 'ada@example.org';
const kPassword = 'a password of her own';
const kPages = ['Overview', 'Events', 'Live', 'Errors', 'Sources'];
const card = (page, name) => page.getByRole('region', {name});
const shoot = (page, name) => page.screenshot({path: `${task.screenshots}/roles-${name}.png`});
const project = (page) => page.getByRole('combobox', {name: 'Project', exact: true});

// Nothing that the page asks for is refused: what is closed is not asked for.
function watchRefusals(page) {
  const refused = [];
  page.on('response', (answer) => {
    if (answer.status() === 403) refused.push(`${answer.status()} ${answer.url()}`);
  });
  return refused;
}

const told = (page, text) =>
    card(page, 'Users').getByRole('status').filter({hasText: text}).waitFor();

async function goTo(page, name) {
  await page.getByRole('banner').getByRole('link', {name}).click();
  await page.getByRole('heading', {name, exact: true, level: 1}).waitFor();
}

async function signInAs(page, email, password) {
  await page.goto(task.console + '/');
  await page.getByLabel(/e-?mail/i).fill(email);
  await page.getByLabel(/password/i).first().fill(password);
  await page.getByRole('button', {name: /sign in/i}).click();
  await page.getByRole('heading', {name: 'Overview'}).waitFor();
}

let link = '';
async function invites(browser) {
  const page = await openPage(browser);
  await signIn(page);
  await goTo(page, 'People');
  await card(page, 'Users').getByRole('button', {name: 'Invite'}).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('E-mail').fill(kEmail);
  await dialog.getByRole('combobox', {name: 'Role', exact: true}).selectOption('none');
  await dialog.getByLabel('Project 1', {exact: true}).fill('shop');
  await dialog.getByRole('combobox', {name: 'Role in project 1'}).selectOption('editor');
  await dialog.getByRole('button', {name: 'Another project'}).click();
  // The same one twice is refused, in words.
  await dialog.getByLabel('Project 2', {exact: true}).fill('shop');
  await dialog.getByRole('button', {name: 'Make the link'}).click();
  await dialog.getByText('A project is there twice').waitFor();
  await dialog.getByLabel('Project 2', {exact: true}).fill('blog');
  await isAccessible(page, 'an invitation to projects');
  await shoot(page, 'invite');
  await dialog.getByRole('button', {name: 'Make the link'}).click();
  link = await dialog.getByLabel('Link').textContent();
  await page.keyboard.press('Escape');
  await card(page, 'Users').getByText('As viewer in blog, editor in shop by admin').waitFor();
  await page.context().close();
}

async function seesHerProjects(browser) {
  const page = await openPage(browser);
  const refused = watchRefusals(page);
  await page.goto(link);
  await page.getByText('invites you as viewer in blog, editor in shop').waitFor();
  await page.getByLabel('Password', {exact: true}).fill(kPassword);
  await page.getByLabel('Password, again').fill(kPassword);
  await page.getByRole('button', {name: 'Sign in'}).click();
  await page.getByRole('heading', {name: 'Overview'}).waitFor();
  const nav = page.getByRole('banner').getByRole('navigation', {name: 'Pages'});
  const names = await nav.getByRole('link').allTextContents();
  assert.deepEqual(names.map((name) => name.replace(/\d+.*/, '').trim()), kPages);

  // The first of hers is shown, and there is no "all".
  assert.equal(await project(page).inputValue(), 'blog');
  assert.deepEqual(await project(page).getByRole('option').allTextContents(), ['blog', 'shop']);
  await page.getByText('/blog-3').first().waitFor();
  await shoot(page, 'overview');
  for (const path of ['/queue', '/system', '/people', '/keys', '/start', '/no/such']) {
    await page.goto(task.console + path);
    await page.getByText('There is no such page, or it is not open to you.').waitFor();
    assert.equal(await page.title(), 'Not found – Penstock');
  }
  await isAccessible(page, 'no page');
  await page.getByRole('button', {name: 'Overview'}).click();
  await page.getByRole('heading', {name: 'Overview'}).waitFor();
  // An address that names another project shows hers.
  await page.goto(`${task.console}/events?project=secret&range=today`);
  await page.getByRole('table').getByText('/blog-').first().waitFor();
  assert.equal(await page.getByText('secret').count(), 0);
  for (const name of kPages) {
    await goTo(page, name);
    await page.locator('[aria-busy=true]').first().waitFor({state: 'detached'});
  }
  await page.keyboard.press('?');
  await page.getByRole('dialog', {name: 'Keys'}).waitFor();
  assert.equal(await page.getByRole('dialog').getByText('Queue').count(), 0);
  await page.keyboard.press('Escape');
  await page.getByRole('link', {name: /^Account: / }).click();
  await page.getByText(`${kEmail}, viewer in blog, editor in shop`).waitFor();
  assert.deepEqual(refused, []);
  await page.context().close();
}

// Where she is a viewer nothing is to be changed, where she is an editor all is.
async function changesWhereSheMay(browser) {
  const page = await openPage(browser);
  const refused = watchRefusals(page);
  await signInAs(page, kEmail, kPassword);
  const open = async (name) => {
    await page.goto(`${task.console}/events?project=${name}`);
    await page.getByRole('table').getByText(`/${name}-`).first().click();
    await page.getByRole('dialog').getByText('anonymous_id').first().waitFor();
  };
  await open('blog');
  assert.equal(await page.getByRole('dialog').getByRole('button', {name: /^Edit/}).count(), 0);
  await open('shop');
  await page.getByRole('dialog').getByRole('button', {name: /^Edit/}).waitFor();
  await page.getByRole('dialog').getByRole('button', {name: /^Delete/}).first().click();
  await page.getByRole('dialog').getByRole('button', {name: /^Delete/}).last().click();
  await page.getByRole('dialog').first().waitFor({state: 'detached'});

  await page.goto(`${task.console}/errors?project=shop`);
  await page.getByRole('link', {name: /OutOfStock|of shop/}).first().click();
  await page.getByRole('button', {name: /^Resolve/}).first().waitFor();
  await page.goto(`${task.console}/errors?project=blog`);
  await page.getByRole('link', {name: /OutOfStock|of blog/}).first().click();
  await page.getByText('of blog').first().waitFor();
  assert.equal(await page.getByRole('button', {name: /^Resolve/}).count(), 0);
  assert.deepEqual(refused, []);

  // Whatever she asks by herself, other projects are closed.
  const asked = await page.evaluate(async (paths) => {
    const statuses = {};
    for (const path of paths) statuses[path] = (await fetch(`/api/v1${path}`)).status;
    return statuses;
  }, ['/stats/summary', '/stats/summary?project=secret', '/events?project=secret', '/queue',
      '/events/export?format=csv', '/events/export?format=csv&project=secret', '/users', '/audit',
      '/events/live', '/keys', '/stats/summary?project=shop&project=secret']);
  assert.deepEqual([...new Set(Object.values(asked))], [403], JSON.stringify(asked));
  await page.context().close();
}

// Her rights are changed: she is signed out where they are less, and an administrator of a project
// has its keys.
async function leadsAProject(browser) {
  const admin = await openPage(browser);
  await signIn(admin);
  await goTo(admin, 'People');
  await admin.getByRole('button', {name: `Projects of ${kEmail}`}).click();
  const dialog = admin.getByRole('dialog');
  assert.equal(await dialog.getByLabel('Project 1', {exact: true}).inputValue(), 'blog');
  await dialog.getByRole('button', {name: 'Leave out project 1'}).click();
  await dialog.getByRole('combobox', {name: 'Role in project 1'}).selectOption('admin');
  await shoot(admin, 'change');
  await dialog.getByRole('button', {name: 'Save'}).click();
  await told(admin, 'is admin in shop now');

  const page = await openPage(browser);
  const refused = watchRefusals(page);
  await signInAs(page, kEmail, kPassword);
  assert.equal(await project(page).count(), 0, 'one project: nothing to choose');
  await goTo(page, 'Keys');
  await card(page, 'Keys').getByText('shop').first().waitFor();
  await shoot(page, 'keys');
  assert.equal(await page.getByText('secret').count(), 0);
  assert.deepEqual(refused, []);

  await admin.getByRole('combobox', {name: `Role of ${kEmail}`}).selectOption('viewer');
  await told(admin, 'is viewer now');
  await page.getByText('Your session has ended.').waitFor();
  await admin.context().close();
  await page.context().close();
}

async function looks(browser) {
  for (const colorScheme of ['light', 'dark']) {
    const page = await openPage(browser, {viewport: {width: 360, height: 900}, colorScheme});
    await signIn(page);
    await page.goto(`${task.console}/people`);
    await card(page, 'Users').getByRole('button', {name: 'Invite'}).click();
    await page.getByRole('dialog').getByRole('combobox', {name: 'Role'}).selectOption('none');
    await page.getByRole('dialog').getByLabel('Project 1', {exact: true}).waitFor();
    await isAccessible(page, `projects, ${colorScheme}`);
    await isNarrowEnough(page);
    await shoot(page, `narrow-${colorScheme}`);
    await page.context().close();
  }
}

await makeVisits([invites, seesHerProjects, changesWhereSheMay, leadsAProject, looks]);
