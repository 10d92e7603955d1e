import { problem } from '../errors/problem.js';
import type { DualIdModuleOptions } from '../options/module-options.js';

/** What an application exempts from the guarantees: paths, and class names. */
export class Exemptions {
  /** Paths without a trailing slash; everything below them is included. */
  readonly paths: readonly string[];
  /** The application's reason for exempting each path and class. */
  readonly reasons: Readonly<Record<string, string>>;
  readonly #names: ReadonlySet<string>;

  /** Refuses an exemption without a reason in words. */
  constructor({ exempt = {} }: DualIdModuleOptions) {
    const silent = Object.entries(exempt).find(([, reason]) => reason.trim() === '');
    if (silent)
      throw problem('setup_refused', { detail: `${silent[0]} is exempt without a reason.` });
    this.reasons = exempt;
    const names = Object.keys(exempt);
    this.paths = names
      .filter((name) => name.startsWith('/'))
      .map((path) => path.replace(/\/+$/, ''));
    this.#names = new Set(names.filter((name) => !name.startsWith('/')));
  }

  /** Whether a class is exempt, by its name. */
  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** Whether an address is an exempt path, or below one. */
  covers(url: string): boolean {
    if (this.paths.length === 0) return false;
    const [path = ''] = url.split('?');
    return this.paths.some((known) => path === known || path.startsWith(`${known}/`));
  }
}
