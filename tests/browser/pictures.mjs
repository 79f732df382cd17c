// The README's pictures, of the console's page as a person sees it.
//
//   node pictures.mjs TASK, a JSON object
import {makeVisits, openPage, signIn, task} from './console_page.mjs';

const shoot = (page, name) => page.screenshot({path: `${task.docs}/${name}.png`});

async function looks(browser) {
  const viewport = {width: 1280, height: 860};
  const page = await openPage(browser, {viewport, colorScheme: 'light'});
  await signIn(page);
  await page.goto(`${task.console}/?range=7d&step=6h&metric=visits`);
  await page.locator('.chart canvas').waitFor();
  await page.locator('.card.top .bars li').nth(12).waitFor();
  await page.waitForFunction(() => document.querySelector('.ghost') === null);
  await shoot(page, 'console');

  await page.goto(`${task.console}/events?range=7d&step=6h&filter=name%3Dorder`);
  await page.locator('.rows tbody tr').nth(20).waitFor();
  await page.locator('.rows tbody .name a').nth(3).click();
  await page.getByRole('dialog').getByText('currency').first().waitFor();
  await page.getByRole('dialog').getByRole('region', {name: 'This person'}).getByRole('listitem')
      .first().waitFor();
  await shoot(page, 'events');

  await page.goto(`${task.console}/errors?range=7d`);
  await page.locator('.err-table tbody tr').filter({hasText: 'TypeError'}).getByRole('link').first()
      .click();
  await page.locator('.err-frames li').first().waitFor();
  await page.locator('.chart canvas').waitFor();
  await page.setViewportSize({width: 1280, height: 1120});  // With the stack.
  await shoot(page, 'error');

  await page.setViewportSize(viewport);
  await page.goto(`${task.console}/live?bots=1`);
  await page.getByRole('heading', {name: 'Live'}).waitFor();
  for (const {occurred_at: _, user_agent: agent, ...event} of task.newest) {
    await fetch(`${task.intake}/v1/events`, {
      method: 'POST',
      headers: {'Content-Type': 'application/json', 'User-Agent': agent},
      body: JSON.stringify(event),
    });
  }
  await page.locator('.rows tbody tr').nth(20).waitFor();
  await page.mouse.move(0, 0);
  await shoot(page, 'live');
  await page.context().close();
}

await makeVisits([looks]);
