import { createServer, isIPv6 } from 'node:net';
import { shopTitle } from './docs/shop-title.js';
import { localUrl } from './local-url.js';
import type { ShopSettings } from './settings.js';
import { SettingsError } from './settings-error.js';

const probeMilliseconds = 2_000;
const hostless = new Set<unknown>(['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EINVAL']);

/**
 * Listens for a moment where the shop will, before anything is touched: starting a second shop
 * reports the first one, and the first one's database stays as it is.
 */
export async function requireFreePort({ port, host }: ShopSettings): Promise<void> {
  try {
    await listenFor(port, host);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (hostless.has(code)) throw unusableHost(host);
    if (code !== 'EADDRINUSE') throw error;
    const url = await runningShop(port, host);
    if (url === undefined) throw error;
    throw new SettingsError(
      `A shop is already running at ${url}. Use that one, stop it, or set PORT to another number.`,
    );
  }
}

function unusableHost(host: string): SettingsError {
  return new SettingsError(
    `The shop cannot listen on HOST, which is "${host}". Set it to an address of this machine, such as 127.0.0.1.`,
  );
}

function listenFor(port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer((socket) => socket.destroy());
    probe.once('error', reject);
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve()));
  });
}

/** The address of the shop that has the port, if it is a shop: its page has the shop's title. */
async function runningShop(port: number, host: string): Promise<string | undefined> {
  const url = `http://${reachable(host)}:${port}`;
  try {
    const signal = AbortSignal.timeout(probeMilliseconds);
    const page = await (await fetch(`${url}/docs`, { signal })).text();
    return page.includes(`<title>${shopTitle}</title>`) ? localUrl(url) : undefined;
  } catch {
    return undefined;
  }
}

/** An address to connect to, because the one that means "all addresses" cannot be used. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return isIPv6(host) ? `[${host}]` : host;
}
