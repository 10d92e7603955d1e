import type * as Jest from '@jest/globals';

/** What tests import as `@jest/globals`: the functions that the runner put on the global object. */
const globals = globalThis as unknown as typeof Jest;

export const afterAll: typeof Jest.afterAll = globals.afterAll;
export const afterEach: typeof Jest.afterEach = globals.afterEach;
export const beforeAll: typeof Jest.beforeAll = globals.beforeAll;
export const beforeEach: typeof Jest.beforeEach = globals.beforeEach;
export const describe: typeof Jest.describe = globals.describe;
export const expect: typeof Jest.expect = globals.expect;
export const jest: typeof Jest.jest = globals.jest;
export const test: typeof Jest.test = globals.test;
