import { Inject, Injectable, Module } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AccessControl, bearerToken, problem } from 'nest-dual-id';
import type { Authenticator, Credential, PermissionSource } from 'nest-dual-id';

/** Whose badge a token is. */
export const badges: Readonly<Record<string, Credential | 'invalid' | 'failing'>> = {
  staff: { principalUuid: '11111111-1111-4111-8111-111111111111', scopes: undefined },
  guest: { principalUuid: '22222222-2222-4222-8222-222222222222', scopes: undefined },
  narrow: {
    principalUuid: '11111111-1111-4111-8111-111111111111',
    scopes: new Set(['notes:write']),
  },
  robot: { principalUuid: null, scopes: new Set(['notes:read']) },
  gone: { principalUuid: '33333333-3333-4333-8333-333333333333', scopes: undefined },
  expired: 'invalid',
  broken: 'failing',
};

/** An application's own way to recognize people, by tokens that are names. */
@Injectable()
export class BadgeAuthenticator implements Authenticator, PermissionSource {
  /** How many requests it was asked about. */
  asked = 0;

  constructor(@Inject(AccessControl) access: AccessControl) {
    access.authenticateWith(this);
    access.usePermissions(this);
  }

  async authenticate({ headers }: FastifyRequest): Promise<Credential | undefined> {
    this.asked += 1;
    const badge = badges[bearerToken(headers.authorization) ?? ''];
    if (badge === 'invalid') throw problem('unauthenticated', { detail: 'The badge has expired.' });
    if (badge === 'failing') throw new TypeError('the reader of badges is broken: secret 123');
    return badge;
  }

  permissionsOf(uuid: string): ReadonlySet<string> | undefined {
    if (uuid.startsWith('3')) return undefined;
    return new Set(uuid.startsWith('1') ? ['notes:read', 'notes:write'] : []);
  }
}

@Module({ providers: [BadgeAuthenticator], exports: [BadgeAuthenticator] })
export class BadgeModule {}

/** Headers that show a badge. */
export const showing = (badge: string) => ({ headers: { authorization: `Bearer ${badge}` } });
