import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Body, Controller, Get, Injectable, Post, UseGuards } from '@nestjs/common';
import { IsArray, IsString } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { installDualId, problem, ReturnsNothing, ReturnsSchema } from 'nest-dual-id';
import type { SchemaRunner } from 'nest-dual-id';
import { ApiKeys, ApiKeysModule, installApiKeys } from 'nest-dual-id/api-keys';
import { addHistory, installHistory } from 'nest-dual-id/history';

export async function migrateStock(runner: SchemaRunner): Promise<void> {
  await installDualId(runner);
  await installApiKeys(runner);
  await installHistory(runner);
  await addHistory(runner, {
    schema: 'dual_id',
    table: 'api_keys',
    keep: 'rows',
    redact: ['hash'],
    ignore: ['last_used_at'],
  });
}

export const keysModule = (pepper: string) =>
  ApiKeysModule.forRoot({
    prefix: 'stock',
    environment: 'live',
    peppers: { 1: pepper },
    imported: [{ name: 'old stock', pattern: /stk-[0-9a-f]{32}/ }],
  });

/** Lets requests pass whose key may read the stock. */
@Injectable()
export class StockGuard implements CanActivate {
  constructor(private readonly keys: ApiKeys) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    const found = await this.keys.verify(headers.authorization?.replace(/^Bearer /i, '') ?? '');
    if (typeof found === 'string') throw problem('unauthenticated');
    return found.scopes.includes('stock:read');
  }
}

/** Lets administrators pass; whoever signs in elsewhere in this application. */
@Injectable()
export class AdminGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    return headers.cookie === 'role=administrator';
  }
}

export class CreateKey {
  @IsString() name!: string;
  @IsArray() scopes!: string[];
}

const newKeySchema = {
  type: 'object',
  properties: { uuid: { type: 'string' }, token: { type: 'string' } },
  required: ['uuid', 'token'],
  additionalProperties: false,
} as const;

@Controller('keys')
@UseGuards(AdminGuard)
export class KeysController {
  constructor(private readonly keys: ApiKeys) {}

  @Post()
  @ReturnsSchema(newKeySchema)
  async create(@Body() { name, scopes }: CreateKey) {
    const { key, token } = await this.keys.create({ name, scopes });
    return { uuid: key.uuid, token };
  }
}

@Controller('stock')
@UseGuards(StockGuard)
export class StockController {
  @Get()
  @ReturnsNothing()
  read(): void {}
}

/** What an administrator does. */
@Injectable()
export class KeyDesk {
  constructor(private readonly keys: ApiKeys) {}

  /** The old key is valid for a week more. */
  async renew(uuid: string): Promise<string> {
    const { token } = await this.keys.rotate(uuid, { grace: 7 * 86_400_000 });
    return token;
  }

  async revokeAll(principalUuid: string): Promise<void> {
    for (const { uuid, revokedAt } of await this.keys.list({ principalUuid, limit: 1_000 })) {
      if (revokedAt === null) await this.keys.revoke(uuid);
    }
  }

  async takeOver(sha256: string): Promise<void> {
    await this.keys.import({
      name: 'till 4',
      scopes: ['stock:read'],
      from: 'old stock',
      sha256,
      start: 'stk-4f',
    });
  }
}
