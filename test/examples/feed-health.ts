import { Controller, Get, Module } from '@nestjs/common';
import type { JsonSchema } from 'nest-dual-id';
import { Readiness, ReturnsSchema } from 'nest-dual-id';
import { FeedHealth, HistoryModule } from 'nest-dual-id/history';

const health: JsonSchema = {
  title: 'Health',
  type: 'object',
  properties: {
    status: { type: 'string', enum: ['ok'] },
    feed: {
      type: 'object',
      properties: {
        status: { type: 'string', enum: ['ok', 'degraded'] },
        horizonAge: { type: 'integer' },
      },
      required: ['status', 'horizonAge'],
      additionalProperties: false,
    },
  },
  required: ['status', 'feed'],
  additionalProperties: false,
};

/** Ready while the database is, with a word about the feed. */
@Controller('health')
export class HealthController {
  constructor(
    private readonly readiness: Readiness,
    private readonly feed: FeedHealth,
  ) {}

  @Get('ready')
  @ReturnsSchema(health)
  async ready() {
    await this.readiness.check();
    return { status: 'ok', feed: this.feed.check() };
  }
}

/** The history of an application whose feed should never be a minute behind. */
export const history = () =>
  HistoryModule.forRoot({ feed: { maxHorizonAge: 60, lookEvery: 5_000 } });

@Module({ controllers: [HealthController] })
export class HealthModule {}
