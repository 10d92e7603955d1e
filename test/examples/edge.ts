import { Controller, Get, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  currentPrincipal,
  DualIdFastifyAdapter,
  enableGracefulShutdown,
  Public,
  ReturnsNothing,
  ReturnsSchema,
  SignedIn,
} from 'nest-dual-id';
import { ApiKeys, ApiKeysModule } from 'nest-dual-id/api-keys';
import { currentTrace, EdgeMetricsModule, protectEdge, RateLimit } from 'nest-dual-id/edge';
import type { LogDestination } from 'nest-dual-id/edge';
import { FeedHealth, HistoryModule } from 'nest-dual-id/history';

const account = {
  type: 'object',
  properties: { uuid: { type: ['string', 'null'], format: 'uuid' } },
  additionalProperties: false,
} as const;

@Controller('account')
export class AccountController {
  @Get()
  @SignedIn()
  @ReturnsSchema(account)
  get() {
    return { uuid: currentPrincipal()?.uuid ?? null };
  }

  /** The service that is called continues the trace. */
  @Get('stock')
  @Public()
  @ReturnsNothing()
  async stock(): Promise<void> {
    const { traceparent = '' } = currentTrace() ?? {};
    await fetch(process.env['STOCK_URL']!, { headers: { traceparent } });
  }

  @Post('recovery')
  @Public()
  @RateLimit({ address: { max: 5, window: 900_000 } })
  @ReturnsNothing()
  recover(): void {}
}

@Controller('health')
export class LivenessController {
  @Get('live')
  @Public()
  @ReturnsNothing()
  live(): void {}
}

export const metrics = () =>
  EdgeMetricsModule.forRoot({
    api: { permission: 'metrics:read' },
    counted: { apiKeys: ApiKeys },
    feed: FeedHealth,
  });

export const keys = (pepper: string) =>
  ApiKeysModule.forRoot({
    prefix: 'shop',
    environment: 'test',
    peppers: { 1: pepper },
    guardsRoutes: true,
  });

export const history = () => HistoryModule.forRoot();

/** Builds an application behind its edge, ready to listen. */
export async function create(
  module: new () => object,
  destination: LogDestination = process.stdout,
): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    module,
    new DualIdFastifyAdapter({ trustProxy: '10.0.0.0/8' }),
  );
  await protectEdge(app, {
    cors: { origins: ['https://shop.example'] },
    headers: { hsts: true },
    limits: { credential: { max: 300, window: 60_000 } },
    log: { destination },
  });
  enableGracefulShutdown(app);
  return app;
}

@Module({ controllers: [AccountController, LivenessController] })
export class AccountModule {}
