import type { Locator, Page } from 'playwright-core';
import { inChromium } from '../support/browser.js';

/**
 * Opens the page of the API description in Chromium, tries an operation for everybody, and one for
 * whoever has a key, without and with one. Prints the statuses shown, what the browser complained
 * about and what it kept as JSON.
 *
 * node visit-documentation.js <chromium> <address> <key>
 */
const [executablePath = '', base = '', key = ''] = process.argv.slice(2);

const seen = await inChromium(executablePath, async (browser) => {
  const page = browser.pages()[0] ?? (await browser.newPage());
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => problems.push(message.text()));
  await page.goto(`${base}/docs`);
  const isPublic = await tried(page.locator('.opblock').first());
  const ofOrders = page.locator('.opblock', { has: page.locator('[data-path="/orders"]') }).first();
  const withoutKey = await tried(ofOrders);
  await authorize(page);
  await ofOrders.getByText('Clear').click();
  await ofOrders.getByText('Execute').click();
  const withKey = await statusOf(ofOrders);
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, document.cookie]));
  return { isPublic, withoutKey, withKey, problems, isKept: kept.includes(key) };
});
process.stdout.write(JSON.stringify(seen));

async function tried(operation: Locator): Promise<string | undefined> {
  await operation.locator('.opblock-summary').click();
  await operation.getByText('Try it out').click();
  await operation.getByText('Execute').click();
  return statusOf(operation);
}

async function statusOf(operation: Locator): Promise<string | undefined> {
  const cell = operation.locator('.live-responses-table .response-col_status').nth(1);
  return (await cell.textContent())?.trim();
}

async function authorize(page: Page): Promise<void> {
  await page.locator('.btn.authorize').click();
  await page.locator('.auth-container input').fill(key);
  await page.locator('.auth-btn-wrapper .authorize').click();
  await page.locator('.auth-btn-wrapper .btn-done').click();
}
