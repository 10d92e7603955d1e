import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Controller, Get, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import {
  defineDualIdConfig,
  dualIdDataSource,
  installDualId,
  Requires,
  ReturnsNothing,
} from 'nest-dual-id';
import type { SchemaRunner } from 'nest-dual-id';
import { ApiKeys, ApiKeysModule, installApiKeys } from 'nest-dual-id/api-keys';
import type { ApiKeysOptions } from 'nest-dual-id/api-keys';
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

/** Lets administrators pass, who sign in elsewhere in this application. */
@Injectable()
export class AdminGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    return headers.cookie === 'role=administrator';
  }
}

const keyOptions = (pepper: string): ApiKeysOptions => ({
  prefix: 'stock',
  environment: 'live',
  peppers: { 1: pepper },
  imported: [{ name: 'old stock', pattern: /stk-[0-9a-f]{32}/ }],
  guardsRoutes: true,
  api: { guards: [AdminGuard] },
});

export const keysModule = (pepper: string) => ApiKeysModule.forRoot(keyOptions(pepper));

/** What the command line knows of the application. */
export const config = defineDualIdConfig({
  dataSource: (url) => dualIdDataSource({ url, entities: [] }),
  apiKeys: () => keyOptions(process.env['STOCK_PEPPER'] ?? ''),
});

@Controller('stock')
@Requires('stock:read')
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
