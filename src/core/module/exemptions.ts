import { problem } from '../errors/problem.js';
import type { DualIdModuleOptions } from './dual-id-options.js';

/** What an application takes out of the guarantees: paths, and names of classes. */
export class Exemptions {
  /** Paths without a slash at their end; everything below them is meant too. */
  readonly paths: readonly string[];
  /** Why each path and class stands outside, as the application says. */
  readonly reasons: Readonly<Record<string, string>>;
  readonly #names: ReadonlySet<string>;

  /** Refuses an exemption without a reason in words. */
  constructor({ exempt = {} }: DualIdModuleOptions) {
    const silent = Object.entries(exempt).find(([, reason]) => reason.trim() === '');
    if (silent) throw problem('setup_refused', { detail: `${silent[0]} is exempt for no reason.` });
    this.reasons = exempt;
    const names = Object.keys(exempt);
    this.paths = names
      .filter((name) => name.startsWith('/'))
      .map((path) => path.replace(/\/+$/, ''));
    this.#names = new Set(names.filter((name) => !name.startsWith('/')));
  }

  /** Whether a class stands outside, by its name. */
  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** Whether an address is an exempt path, or below one. */
  covers(url: string): boolean {
    const [path = ''] = url.split('?');
    return this.paths.some((known) => path === known || path.startsWith(`${known}/`));
  }
}
