import type { BrowserContext, Page } from 'playwright-core';
import { inChromium } from '../../support/browser.js';

/**
 * Opens an entity in the explorer of an API that asks for a key, gives a wrong and then the right
 * one, and prints what the page showed, as JSON.
 *
 * node visit-key.js <chromium> <address> <wrong key> <right key>
 */
const [executablePath = '', address = '', wrong = '', right = ''] = process.argv.slice(2);

process.stdout.write(JSON.stringify(await inChromium(executablePath, visit)));

async function visit(browser: BrowserContext) {
  const page = browser.pages()[0] ?? (await browser.newPage());
  const problems: string[] = [];
  page.on('pageerror', ({ message }) => problems.push(message));
  await page.goto(address);
  const asked = await shown(page);
  await give(page, 'not a key');
  const odd = await shown(page);
  await give(page, wrong);
  const refused = await shown(page);
  await give(page, right);
  await page.locator('section[aria-label="History"]').waitFor();
  const opened = await shown(page);
  await page.getByLabel('Name or public id').fill('Zoe');
  await page.getByRole('button', { name: 'Search' }).click();
  await page.locator('#results .nothing').waitFor();
  const found = await page.locator('#results').innerText();
  await page.reload();
  await page.locator('section[aria-label="History"]').waitFor();
  const reloaded = await shown(page);
  const kept = await page.evaluate(() => ({
    tab: Object.values({ ...sessionStorage }),
    local: Object.values({ ...localStorage }),
    cookies: document.cookie,
    address: location.href,
    html: document.documentElement.outerHTML,
  }));
  const other = await browser.newPage();
  await other.goto(address);
  const elsewhere = await shown(other);
  return { asked, odd, refused, opened, found, reloaded, kept, elsewhere, problems };
}

async function shown(page: Page) {
  await page.waitForTimeout(100);
  await page.waitForFunction(() => document.querySelector('[aria-busy]') === null);
  const entity = page.locator('#entity');
  return { text: await entity.innerText(), forms: await entity.locator('form.key').count() };
}

async function give(page: Page, key: string): Promise<void> {
  await page.getByLabel('Key, kept for this tab only').first().fill(key);
  await page.getByRole('button', { name: 'Use key' }).first().click();
}
