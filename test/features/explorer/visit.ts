import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { inChromium } from '../../support/browser.js';

/**
 * Visits the explorer in Chromium and prints what it saw as JSON.
 *
 * node visit.js <chromium> <address> <uuid with relations> <uuid alone> <authorization> [folder for pictures]
 */
const [executablePath = '', base = '', related = '', alone = '', authorization = '', pictures] =
  process.argv.slice(2);

process.stdout.write(JSON.stringify(await inChromium(executablePath, visit)));

async function visit(browser: BrowserContext) {
  const page = browser.pages()[0] ?? (await browser.newPage());
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  await browser.setExtraHTTPHeaders({ authorization });
  await page.goto(`${base}/explorer`);
  const welcome = await page.locator('#entity').textContent();
  const searched = await search(page);
  const opened = await open(page);
  const followed = await follow(page);
  const empty = await show(page, alone);
  const unknown = await show(page, '0b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c9e');
  const unreadable = await unreadableAddresses(page);
  const expected = problems.filter((text) => !text.includes('404'));
  const offline = await failing(page);
  return {
    ...{ welcome, searched, opened, followed, empty, unknown, unreadable, offline },
    problems: expected,
  };
}

/** Searches for names, one with a typo, and for one that does not exist. */
async function search(page: Page) {
  const found = [];
  for (const text of ['Ada Test', 'cleoo', 'zzzz']) {
    await page.locator('#question').fill(text);
    await page.keyboard.press('Enter');
    await settled(page);
    found.push({
      text: await page.locator('#results').innerText(),
      links: await page
        .locator('#results a')
        .evaluateAll((all) => all.map((one) => one.getAttribute('href'))),
    });
  }
  await page.goto('about:blank');
  await page.goto(`${base}/explorer`);
  return found;
}

/** Pastes a public id into the search, by keyboard alone. */
async function open(page: Page) {
  await page.keyboard.press('Tab');
  const skip = await focused(page);
  await page.keyboard.press('Tab');
  await page.keyboard.type(` ${related.toUpperCase()} `);
  await page.keyboard.press('Enter');
  await settled(page);
  await photograph(page, 'explorer.png');
  await page.emulateMedia({ colorScheme: 'dark' });
  await photograph(page, 'explorer-dark.png');
  await page.emulateMedia({ colorScheme: 'light' });
  return {
    skip,
    hash: new URL(page.url()).hash,
    focus: await focused(page),
    heading: await page.locator('h2').last().textContent(),
    address: await page.locator('.address').getAttribute('href'),
    nodes: await page.locator('svg .node').count(),
    edges: await page.locator('svg .edge').allTextContents(),
    names: await page.locator('svg .node').evaluateAll((all) => all.map((one) => one.ariaLabel)),
    relations: await page.locator('section[aria-label="Relations"] li').count(),
    references: await page.locator('.card').allTextContents(),
    numbers: numbersIn(await page.locator('body').innerText()),
  };
}

/** Numbers as long as the shop's internal ids; parts of public ids do not count. */
function numbersIn(text: string): readonly string[] {
  const rest = text.replaceAll(/[0-9a-f]{8}(?:…|(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/gi, '');
  return rest.match(/\d{6,}/g) ?? [];
}

/** Goes on to another entity over the drawing, again by keyboard. */
async function follow(page: Page) {
  const node = page.locator('svg .node').nth(1);
  const target = await node.getAttribute('href');
  await node.focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction((hash) => location.hash === hash, target);
  await settled(page);
  return { target, hash: new URL(page.url()).hash, title: await page.title() };
}

async function show(page: Page, uuid: string) {
  await page.evaluate((hash) => (location.hash = hash), uuid);
  await settled(page);
  return (await page.locator('#entity').innerText()).split('\n').filter(Boolean);
}

/** Opens addresses with invalid escapes, and one that a mail program escaped. */
async function unreadableAddresses(page: Page) {
  const shown = [];
  for (const hash of ['%', '%e0%a4', `${alone}%`, `%20${alone}%20`]) {
    await page.goto('about:blank');
    await page.goto(`${base}/explorer#${hash}`);
    await settled(page);
    shown.push(await page.locator('#entity').innerText());
  }
  return shown;
}

/** Sends requests while the API does not respond. */
async function failing(page: Page) {
  await page.route('**/resolve/**', (route) => route.abort());
  return show(page, related);
}

/** Waits until nothing on the page is loading. */
async function settled(page: Page): Promise<void> {
  await page.waitForTimeout(100);
  await page.waitForFunction(() => document.querySelector('[aria-busy]') === null);
}

function focused(page: Page): Promise<string> {
  return page.evaluate(() => document.activeElement?.textContent ?? '');
}

async function photograph(page: Page, name: string): Promise<void> {
  if (pictures === undefined) return;
  await page.waitForTimeout(200);
  writeFileSync(join(pictures, name), await page.screenshot());
}
