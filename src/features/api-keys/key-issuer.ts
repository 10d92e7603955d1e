import { newPublicId } from '../../core/ids/new-public-id.js';
import { IssuedKey } from './issued-key.js';
import type { KeyInfo } from './key-info.js';
import type { StoredToken } from './key-rows.js';
import type { KeyTokens } from './token/key-tokens.js';
import type { PepperProofs } from './token/pepper-proofs.js';

/** Issues keys of this application, each with a new token. */
export class KeyIssuer {
  constructor(
    private readonly tokens: KeyTokens,
    private readonly environment: string,
    private readonly proofs: PepperProofs,
  ) {}

  /** Stores a key with what the table keeps of a new token. */
  async issue(store: (token: StoredToken) => Promise<KeyInfo>): Promise<IssuedKey> {
    const uuid = newPublicId(4);
    await this.proofs.admit(uuid);
    const token = this.tokens.create(uuid);
    const hashed = this.proofs.peppers.hash(token);
    const origin = { importedFrom: null, environment: this.environment };
    const key = await store({ uuid, start: this.tokens.startOf(token), ...hashed, ...origin });
    this.proofs.noteCreated();
    return new IssuedKey(key, token);
  }
}
