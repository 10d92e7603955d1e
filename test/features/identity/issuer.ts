import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey, JWK, JWTPayload } from 'jose';

/** A key of the issuer. */
export interface IssuerKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

export const issuerName = 'https://issuer.example';
export const audience = 'https://shop.example';

/** Somebody who issues tokens, and publishes the keys on loopback. */
export class Issuer {
  /** What is published. */
  published: JWK[] = [];
  /** How often the keys were fetched. */
  fetches = 0;
  /** What happens to who fetches the keys. */
  behavior: 'answers' | 'fails' | 'hangs' | 'lies' | 'mixes up' = 'answers';
  readonly #server = createServer((_request, response) => {
    this.fetches += 1;
    if (this.behavior === 'hangs') return;
    response.statusCode = this.behavior === 'fails' ? 500 : 200;
    response.end(this.behavior === 'lies' ? '<html>' : JSON.stringify(this.#document()));
  });

  #document(): object {
    return this.behavior === 'mixes up' ? { keys: 'first' } : { keys: this.published };
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  get jwksUri(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/jwks`;
  }

  async makeKey(kid: string, algorithm = 'ES256'): Promise<IssuerKey> {
    const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
    return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: algorithm } };
  }
}

/** A token that is valid for a minute, but for what the test asks. */
export function signed(key: IssuerKey, claims: JWTPayload, header = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1_000);
  const usual = { iss: issuerName, aud: audience, iat: now, exp: now + 60 };
  const all = Object.entries({ ...usual, ...claims }).filter(([, value]) => value !== undefined);
  return new SignJWT(Object.fromEntries(all))
    .setProtectedHeader({ alg: key.jwk.alg!, kid: key.kid, ...header })
    .sign(key.privateKey);
}

/** A token with a signature that is no matter of the issuer's. */
export function unsigned(header: object, claims: object, signature = ''): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(claims)}.${signature}`;
}
