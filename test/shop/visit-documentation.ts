import { inChromium } from '../support/browser.js';

/**
 * Opens the page of the API description in Chromium, tries its first operation, and prints the
 * status shown and what the browser complained about as JSON.
 *
 * node visit-documentation.js <chromium> <address>
 */
const [executablePath = '', base = ''] = process.argv.slice(2);

const seen = await inChromium(executablePath, async (browser) => {
  const page = browser.pages()[0] ?? (await browser.newPage());
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => problems.push(message.text()));
  await page.goto(`${base}/docs`);
  await page.locator('.opblock-summary').first().click();
  await page.getByText('Try it out').first().click();
  await page.getByText('Execute').first().click();
  const status = page.locator('.live-responses-table .response-col_status').nth(1);
  return { status: (await status.textContent())?.trim(), problems };
});
process.stdout.write(JSON.stringify(seen));
