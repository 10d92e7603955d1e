import type { ApiKeysOptions } from 'nest-dual-id/api-keys';

/** The name under which the first key is imported if `DUAL_ID_FIRST_KEY` sets it. */
export const chosenKey = 'first key';

/** What a first key looks like that an operator chooses: long and random. */
export const chosenKeyPattern = /first-[0-9A-Za-z_-]{40,128}/;

/** How the shop's API keys are made; the pepper is a secret that the database does not have. */
export function shopKeyOptions(pepper: string): ApiKeysOptions {
  return {
    prefix: 'shop',
    environment: 'live',
    peppers: { 1: pepper },
    imported: [{ name: chosenKey, pattern: chosenKeyPattern }],
    guardsRoutes: true,
    api: { permission: 'keys:manage' },
  };
}
