import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { inChromium } from '../../support/browser.js';

/**
 * Opens entities in the explorer in Chromium and prints the history that it showed, as JSON.
 *
 * node visit-history.js <chromium> <JSON of addresses by a name> [folder for pictures]
 */
const [executablePath = '', addresses = '{}', pictures] = process.argv.slice(2);

const looks = [
  ['wide', 1100, 'light'],
  ['narrow', 380, 'light'],
  ['dark', 1100, 'dark'],
] as const;

process.stdout.write(JSON.stringify(await inChromium(executablePath, visit)));

async function visit(browser: BrowserContext) {
  const page = browser.pages()[0] ?? (await browser.newPage());
  const seen: Record<string, object> = {};
  for (const [name, address] of Object.entries(JSON.parse(addresses) as Record<string, string>)) {
    seen[name] = await open(page, name, address);
  }
  return seen;
}

/** What the page shows at an address, and what it has to complain about. */
async function open(page: Page, name: string, address: string) {
  const problems: string[] = [];
  const note = (text: string) => problems.push(text);
  page.on('pageerror', ({ message }) => note(message));
  page.on('console', (message) => note(message.text()));
  await page.goto('about:blank');
  if (name === 'offline') await page.route('**/history?*', (route) => route.abort());
  await page.goto(address);
  await settled(page);
  await photograph(page, name);
  const first = await shown(page);
  const more = await readOn(page);
  const past = await lookBack(page);
  if (name === 'paper') await photograph(page, `${name}-past`);
  const all = await shown(page);
  const html = await page.content();
  const hacked = await page.evaluate(() => 'hacked' in globalThis);
  page.removeAllListeners();
  await page.unroute('**/history?*');
  return { ...first, more, past, unfolded: all.entries, html, hacked, problems };
}

async function shown(page: Page) {
  const section = page.locator('section[aria-label="History"]');
  return {
    header: await page.locator('article > header').innerText(),
    isShown: (await section.count()) > 0,
    section: (await section.allInnerTexts()).join(''),
    entries: await section.locator('.timeline > li').evaluateAll((all) =>
      all.map((one) => ({
        text: (one as HTMLElement).innerText,
        heading: one.querySelector('h4')?.textContent,
        time: one.querySelector('time')?.getAttribute('datetime'),
        fields: [...one.querySelectorAll('.fields:not(.state *) > div')].map((row) =>
          [...row.children].map((cell) => cell.textContent),
        ),
        words: [...one.querySelectorAll('.word')].map((word) => word.textContent),
        links: [...one.querySelectorAll('a')].map((link) => link.getAttribute('href')),
      })),
    ),
  };
}

/** Presses the button for older changes until it is gone, twice at once each time. */
async function readOn(page: Page) {
  const button = page.getByRole('button', { name: 'Older changes' });
  let pages = 1;
  let focus: string | null | undefined = null;
  for (; (await button.count()) > 0; pages++) {
    await button.evaluate((one: HTMLElement) => [one.click(), one.click()]);
    await settled(page);
    focus = await page.evaluate(() => document.activeElement?.querySelector('time')?.dateTime);
  }
  return { pages, focus };
}

/** Opens what is folded, and asks what the entity was when its oldest shown change had been made. */
async function lookBack(page: Page) {
  await page
    .locator('.timeline details:not([open]) > summary')
    .evaluateAll((all) => all.slice(0, 30).forEach((one) => (one as HTMLElement).click()));
  await page.waitForTimeout(50);
  const oldest = page.locator('.timeline > li time').last();
  if ((await oldest.count()) === 0) return null;
  const told = [];
  const made = new Date((await oldest.getAttribute('datetime'))!).getTime();
  for (const seconds of [-2, 1, 1000]) {
    const local = new Date(made + seconds * 1_000);
    const offset = local.getTimezoneOffset() * 60_000;
    const text = new Date(local.getTime() - offset).toISOString().slice(0, 19);
    await page.getByLabel(/^What it was at/).fill(text);
    await page.keyboard.press('Enter');
    await settled(page);
    told.push(await page.locator('.past').innerText());
  }
  return told;
}

/** Waits until nothing on the page is loading. */
async function settled(page: Page): Promise<void> {
  await page.waitForTimeout(100);
  await page.waitForFunction(() => document.querySelector('[aria-busy]') === null);
}

async function photograph(page: Page, name: string): Promise<void> {
  if (pictures === undefined) return;
  const section = page.locator('section[aria-label="History"]');
  if ((await section.count()) === 0) return;
  for (const [kind, width, colorScheme] of looks) {
    await page.setViewportSize({ width, height: 1250 });
    await page.emulateMedia({ colorScheme });
    writeFileSync(join(pictures, `${name}-${kind}.png`), await section.screenshot());
  }
  await page.setViewportSize({ width: 1100, height: 1250 });
  await page.emulateMedia({ colorScheme: 'light' });
}
