import type { ApiAccess } from '../../core/access/api-access.js';
import type { ImportedKeys } from './token/imported-tokens.js';

/** Options of `ApiKeysModule.forRoot`. */
export interface ApiKeysOptions {
  /** The name of the application at the beginning of every token: a letter, letters and digits. */
  readonly prefix: string;
  /** Where tokens are valid, such as `live` or `test`; those of another environment are refused. */
  readonly environment: string;
  /**
   * Secrets that hashes are made with, by version: 32 bytes or more in hex or base64. New keys use
   * the highest version, unless `newKeysPepper` names another one.
   */
  readonly peppers: Readonly<Record<number, string>>;
  /** The version of the pepper for new keys. The highest by default. */
  readonly newKeysPepper?: number;
  /** Tokens that another system has issued. None by default. */
  readonly imported?: readonly ImportedKeys[];
  /**
   * Whether keys, sent as `Authorization: Bearer <token>`, say who makes a request. Every route then
   * needs a policy. Off by default.
   */
  readonly guardsRoutes?: boolean;
  /**
   * Enables routes under `/keys` that manage keys. With a permission, callers who lack it manage the
   * keys that act for themselves. Without this option these routes do not exist.
   */
  readonly api?:
    Exclude<ApiAccess, 'open' | { readonly permission: string }> | { readonly permission: string };
}
