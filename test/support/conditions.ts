import { describe, test } from '@jest/globals';

/** What some tests need and not every machine has. */
export type Need =
  | 'linux'
  | 'mount'
  | 'pgbouncer'
  | 'pg_dump'
  | 'browser'
  | 'root'
  | 'instacart'
  | 'packed application'
  | 'postgresql 18';

const required = new Set((process.env['TEST_REQUIRES'] ?? '').split(' '));

/**
 * Declares a test for machines that have what it needs. Elsewhere its title says that it was
 * skipped and why; where `TEST_REQUIRES` lists the need, the file fails instead.
 */
export function testWhere(isMet: boolean, need: Need): typeof test {
  return isMet ? test : (skipping(test.skip, need) as typeof test);
}

/** The same for a group of tests. */
export function describeWhere(isMet: boolean, need: Need): typeof describe {
  return isMet ? describe : (skipping(describe.skip, need) as typeof describe);
}

type Declare = (title: string, ...rest: never[]) => void;

function skipping(skip: Declare, need: Need): Declare {
  if (required.has(need)) {
    throw new Error(`TEST_REQUIRES lists ${need}, which this machine does not have.`);
  }
  return (title, ...rest) => skip(`${title} (skipped, needs ${need})`, ...rest);
}

/** Declares a test of processes and signals as Linux has them. */
export const testOnLinux: typeof test = testWhere(process.platform === 'linux', 'linux');
