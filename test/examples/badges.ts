import { Body, Controller, Get, Inject, Injectable, Module, Post } from '@nestjs/common';
import { IsInt } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import {
  AccessControl,
  bearerToken,
  CurrentPrincipal,
  currentOwner,
  currentPrincipal,
  GuardedElsewhere,
  OwnOr,
  Public,
  Requires,
  ReturnsSchema,
  SignedIn,
} from 'nest-dual-id';
import type { Authenticator, Credential, PermissionSource, Principal } from 'nest-dual-id';

/** Reads badges: what a token proves, by its text. One that is not valid throws. */
export const badges = new Map<string, () => Credential>();

/** An application's own way to recognize people. */
@Injectable()
export class BadgeAuthenticator implements Authenticator, PermissionSource {
  constructor(@Inject(AccessControl) access: AccessControl) {
    access.authenticateWith(this);
    access.usePermissions(this);
  }

  async authenticate({ headers }: FastifyRequest): Promise<Credential | undefined> {
    const token = bearerToken(headers.authorization);
    return token === undefined ? undefined : badges.get(token)?.();
  }

  permissionsOf(uuid: string): ReadonlySet<string> | undefined {
    return permissions.get(uuid);
  }
}

/** What people may do; who is not here any more may do nothing. */
export const permissions = new Map<string, ReadonlySet<string>>();

@Module({ providers: [BadgeAuthenticator] })
export class BadgeModule {}

const text = { type: ['string', 'null'] } as const;
export const seen = {
  type: 'object',
  properties: { who: text, owner: text },
  required: ['who', 'owner'],
  additionalProperties: false,
} as const;

/** For whom the work of a request runs, wherever it is asked for. */
async function look() {
  await new Promise((resolve) => setImmediate(resolve));
  return { who: currentPrincipal()?.uuid ?? null, owner: currentOwner() ?? null };
}

class Amount {
  @IsInt() amount!: number;
}

@Controller('notes')
@SignedIn()
export class NotesController {
  @Get('mine')
  @ReturnsSchema(seen)
  mine(@CurrentPrincipal() principal: Principal) {
    return { who: principal.uuid, owner: null };
  }

  @Get('open')
  @Public()
  @ReturnsSchema(seen)
  open() {
    return look();
  }

  @Get('all')
  @Requires('notes:read')
  @ReturnsSchema(seen)
  all() {
    return look();
  }

  @Get('own')
  @OwnOr('notes:read')
  @ReturnsSchema(seen)
  own() {
    return look();
  }

  @Post('write')
  @Requires('notes:write')
  @ReturnsSchema(seen)
  write(@Body() _input: Amount) {
    return look();
  }

  @Get('elsewhere')
  @GuardedElsewhere('a proxy checks certificates')
  @ReturnsSchema(seen)
  elsewhere() {
    return look();
  }
}
