import type { ResolveHook } from 'node:module';

const globals = new URL('./jest-globals.js', import.meta.url).href;

/** Leads `@jest/globals`, which only answers inside jest's own module loader, to what it stands for. */
export const resolve: ResolveHook = (specifier, context, nextResolve) =>
  specifier === '@jest/globals'
    ? { url: globals, shortCircuit: true }
    : nextResolve(specifier, context);
