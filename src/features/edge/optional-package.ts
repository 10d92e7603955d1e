import { problem } from '../../core/errors/problem.js';

/** Loads a package that only a part of the edge needs; a missing one is named with its cure. */
export async function loadOptional<T>(
  name: string,
  load: () => Promise<T>,
  without: string,
): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw problem('setup_refused', {
      detail: `The edge needs the package ${name}. Install it with \`npm install ${name}\`, or ${without}.`,
      cause,
    });
  }
}
