import { Controller, Get, Inject } from '@nestjs/common';
import { Database, ReturnsSchema, statement } from 'nest-dual-id';
import type { JsonSchema } from 'nest-dual-id';

const health: JsonSchema = {
  title: 'Health',
  type: 'object',
  properties: { status: { type: 'string', enum: ['ok'] } },
  required: ['status'],
  additionalProperties: false,
};

/** Tells a supervisor whether the process lives and whether it can serve. */
@Controller('health')
export class HealthController {
  constructor(@Inject(Database) private readonly database: Database) {}

  @Get('live')
  @ReturnsSchema(health)
  live() {
    return { status: 'ok' };
  }

  /** 503 while the database cannot be reached. */
  @Get('ready')
  @ReturnsSchema(health)
  async ready() {
    await this.database.rows(statement('SELECT 1'));
    return { status: 'ok' };
  }
}
