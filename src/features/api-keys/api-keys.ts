import type { OnModuleDestroy } from '@nestjs/common';
import { currentPrincipal } from '../../core/access/access-context.js';
import type { AccessControl } from '../../core/access/access-control.js';
import type { Credential } from '../../core/access/authenticator.js';
import type { OwnerRow } from '../../core/access/owner-row.js';
import { requireOwnerRow } from '../../core/access/owner-row.js';
import type { Counted, Counts } from '../../core/database/counters.js';
import { Counters } from '../../core/database/counters.js';
import type { Database } from '../../core/database/database.js';
import { problem } from '../../core/errors/problem.js';
import { newPublicId } from '../../core/ids/new-public-id.js';
import type { ApiKeysOptions } from './api-keys.options.js';
import type { KeyPrincipal } from './guest-rows.js';
import { GuestRows } from './guest-rows.js';
import type { IssuedKey } from './issued-key.js';
import { missingPrincipal, requireGrantable, withOwner } from './grantable-scopes.js';
import type { AddressedKey, StoredToken } from './key-rows.js';
import { KeyRows } from './key-rows.js';
import { KeyIssuer } from './key-issuer.js';
import { LastUsed } from './last-used.js';
import type { KeyInfo } from './key-info.js';
import { requireUuidText } from './key-info.js';
import type { ImportedKey, ListKeysOptions, NewKey, RotateOptions } from './new-key.js';
import { requireImportedKey, requireNewKey, requireRotation } from './new-key.js';
import { ImportedTokens } from './token/imported-tokens.js';
import { KeyTokens } from './token/key-tokens.js';
import { PepperProofs } from './token/pepper-proofs.js';
import { Peppers } from './token/peppers.js';
import { TokenReader } from './token/token-reader.js';
import { KeyLookup } from './verify/key-lookup.js';
import { KeyVerifier } from './verify/key-verifier.js';
import type { KeptKey, KeyRefusal, VerifiedKey, VerifyOptions } from './verify/verified-key.js';
import { ownCopy, proofOf } from './verify/verified-key.js';

/**
 * Creates, verifies and revokes API keys. Work that is restricted to an owner knows only the keys
 * that act for them, and work for a principal gives no key a scope that the principal lacks.
 */
export class ApiKeys implements Counted, OnModuleDestroy {
  readonly #database: Database;
  readonly #counters = new Counters(countedNames);
  readonly #environment: string;
  readonly #proofs: PepperProofs;
  readonly #issuer: KeyIssuer;
  readonly #imported: ImportedTokens;
  readonly #rows: KeyRows;
  readonly #guests: GuestRows;
  readonly #verifier: KeyVerifier;
  readonly #lastUsed: LastUsed;

  /** The access control says which rows are principals that clients may create keys for. */
  constructor(
    database: Database,
    options: ApiKeysOptions,
    access?: Pick<AccessControl, 'principalType'>,
  ) {
    this.#database = database;
    this.#environment = options.environment;
    const tokens = new KeyTokens(options);
    const peppers = new Peppers(options.peppers, options.newKeysPepper);
    this.#proofs = new PepperProofs(database, peppers);
    this.#issuer = new KeyIssuer(tokens, this.#environment, this.#proofs);
    this.#imported = new ImportedTokens(options.imported);
    this.#rows = new KeyRows(database, access);
    this.#lastUsed = new LastUsed(database);
    const reader = new TokenReader(tokens, this.#imported, this.#environment);
    this.#guests = new GuestRows(database);
    const lookup = new KeyLookup(database, this.#proofs, this.#counters, this.#guests);
    this.#verifier = new KeyVerifier(database, reader, lookup, this.#counters);
  }

  /** Creates a key. Its token is in the result and nowhere else. */
  async create(key: NewKey): Promise<IssuedKey> {
    const owned = await this.#grantable(key);
    return this.#issuer.issue((token) => this.#insert(owned, token));
  }

  /** Returns what a token entitles to, or why it does not; rejects if the database is away. */
  async verify(token: string, { isUse }: VerifyOptions = {}): Promise<VerifiedKey | KeyRefusal> {
    const found = this.#verifier.kept(token) ?? (await this.#verifier.find(token));
    return ownCopy(this.#noted(found, isUse));
  }

  /** The same as a credential, at once if the token is in memory. */
  recognize(token: string): Credential | KeyRefusal | Promise<Credential | KeyRefusal> {
    const kept = this.#verifier.kept(token);
    if (kept !== undefined) return proofOf(this.#noted(kept));
    return this.#verifier.find(token).then((found) => proofOf(this.#noted(found)));
  }

  /** Revokes a key for good: at once on this instance, within a second on all others. */
  async revoke(uuid: string): Promise<void> {
    await this.#rows.revoke(this.#addressed(uuid));
    this.#forgetOnCommit();
  }

  /** Revokes the keys of all guests of a row for good, and returns how many there were. */
  async revokeAllOf(row: OwnerRow): Promise<number> {
    const own = requireOwnerRow(row);
    const principal = this.#guests.principalOf(own);
    if (!(await this.#guests.isOwn(own))) throw problem('not_found');
    const revoked = await this.#rows.revokeGuests(principal);
    this.#forgetOnCommit();
    return revoked;
  }

  /**
   * Creates a key that takes the place of another one, which stays valid for the grace. Of several
   * concurrent rotations one succeeds; the others are refused as `key_rotated`.
   */
  async rotate(uuid: string, options: RotateOptions): Promise<IssuedKey> {
    requireRotation(options);
    const address = this.#addressed(uuid);
    if (currentPrincipal()) requireGrantable(await this.#rows.find(address));
    const { grace, expiresAt } = options;
    const issued = await this.#issuer.issue((token) =>
      this.#rows.rotate(address, token, { grace, expiresAt }),
    );
    this.#forgetOnCommit();
    return issued;
  }

  /** Adds a key that another system has issued, of whose token only the hash is known. */
  async import(key: ImportedKey): Promise<KeyInfo> {
    requireImportedKey(key);
    const owned = await this.#grantable(key);
    const { from, sha256, start = '' } = key;
    if (!this.#imported.has(from)) {
      throw problem('misuse', { detail: `The option imported of ApiKeysModule has no ${from}.` });
    }
    const hash = Buffer.from(sha256, 'hex');
    const origin = { pepperVersion: null, importedFrom: from, environment: this.#environment };
    const imported = await this.#insert(owned, {
      uuid: newPublicId(4),
      start,
      hash,
      ...origin,
    });
    this.#forgetOnCommit();
    return imported;
  }

  /** Returns what is known of a key; `not_found` if there is none. */
  async get(uuid: string): Promise<KeyInfo> {
    return this.#rows.find(this.#addressed(uuid));
  }

  /** Lists keys, the newest first; expired and revoked ones stay. */
  async list(options: ListKeysOptions = {}): Promise<KeyInfo[]> {
    const { after, limit = 100 } = options;
    if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) {
      throw problem('misuse', { detail: 'The limit of a list of keys is not from 1 to 1000.' });
    }
    if (after !== undefined) requireUuidText(after);
    const owner = this.#guests.currentPrincipal();
    const asked = this.#asked(options);
    if (owner && asked && (owner.uuid !== asked.uuid || owner.type !== asked.type)) return [];
    return this.#rows.list({ owner: owner ?? asked, after, limit });
  }

  /** The versions of the option `peppers` that are not what keys of the database were hashed with. */
  differingPeppers(): Promise<number[]> {
    return this.#proofs.differing();
  }

  /** How tokens were verified so far, for a metrics endpoint. */
  counts(): Counts {
    return this.#counters.counts();
  }

  /** Writes when keys were last used, and looks for changes no longer. Nest calls it by itself. */
  async close(): Promise<void> {
    this.#verifier.close();
    await Promise.all([this.#lastUsed.flush(), this.#proofs.settled()]);
  }

  async onModuleDestroy(): Promise<void> {
    await this.close();
  }

  #noted(found: KeptKey | KeyRefusal, isUse = true): KeptKey | KeyRefusal {
    if (typeof found === 'string') this.#counters.add(found);
    else {
      this.#counters.add('valid');
      if (isUse) this.#lastUsed.note(found.key.uuid);
    }
    return found;
  }

  /** The key as the running work may create it. */
  async #grantable<K extends NewKey>(key: K): Promise<K> {
    requireNewKey(key);
    const owned = withOwner(key);
    if (owned !== key) requireNewKey(owned);
    const { guestOf } = owned;
    if (guestOf && !(await this.#guests.isOwn(requireOwnerRow(guestOf)))) {
      throw missingPrincipal('guestOf');
    }
    requireGrantable(owned);
    return owned;
  }

  /** Whose keys a list is asked for. */
  #asked({ principalUuid, guestOf }: ListKeysOptions): KeyPrincipal | undefined {
    if (guestOf) return this.#guests.principalOf(requireOwnerRow(guestOf));
    return principalUuid === undefined
      ? undefined
      : { uuid: requireUuidText(principalUuid), type: null };
  }

  #insert(key: NewKey, stored: StoredToken): Promise<KeyInfo> {
    const { guestOf, principalUuid } = key;
    const person = principalUuid == null ? undefined : { uuid: principalUuid, type: null };
    const principal = guestOf ? this.#guests.principalOf(requireOwnerRow(guestOf)) : person;
    return this.#rows.insert(key, stored, {
      principal,
      isForClient: currentPrincipal() !== undefined,
    });
  }

  #addressed(uuid: string): AddressedKey {
    return { uuid: requireUuidText(uuid), owner: this.#guests.currentPrincipal() };
  }

  #forgetOnCommit(): void {
    this.#database.afterCommit(() => this.#verifier.forget());
  }
}

const countedNames = [
  'valid',
  'malformed',
  'unknown',
  'revoked',
  'expired',
  'cached',
  'lookups',
  'missingPepper',
];
