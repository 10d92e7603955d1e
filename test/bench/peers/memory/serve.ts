import { Controller, Get, Module, NotFoundException, Param, ParseUUIDPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { FastifyAdapter, RouteSchema } from '@nestjs/platform-fastify';
import { factsSchema, ownedSchema, pageSchema } from '../answer-schemas.js';
import type { OrderRow, PeerOptions } from '../peer.js';
import { listen } from '../peer.js';

interface MemoryRow extends Omit<OrderRow, 'createdAt'> {
  readonly createdAt: Date;
}

const orders = new Map<string, MemoryRow>();
const pages = new Map<string, MemoryRow[]>();

/** Peer (d): plain Nest on Fastify with response schemas, and no database at all. */
@Controller()
class MemoryController {
  @Get('facts/:uuid')
  @RouteSchema({ response: { 200: factsSchema } })
  facts(@Param('uuid', ParseUUIDPipe) uuid: string): MemoryRow {
    return found(orders.get(uuid));
  }

  @Get('owned/:uuid')
  @RouteSchema({ response: { 200: ownedSchema } })
  owned(@Param('uuid', ParseUUIDPipe) uuid: string): MemoryRow {
    return found(orders.get(uuid));
  }

  @Get('users/:uuid/facts')
  @RouteSchema({ response: { 200: pageSchema } })
  page(@Param('uuid', ParseUUIDPipe) uuid: string) {
    return { items: found(pages.get(uuid)), nextCursor: null };
  }
}

@Module({ controllers: [MemoryController] })
class MemoryModule {}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new NotFoundException();
  return value;
}

export async function serve(options: PeerOptions): Promise<string> {
  for (const row of options.orders) {
    const kept = { ...row, createdAt: new Date(row.createdAt) };
    orders.set(row.uuid, kept);
    pages.set(
      row.userUuid,
      Array.from({ length: 20 }, () => kept),
    );
  }
  const app = await NestFactory.create<NestFastifyApplication>(MemoryModule, new FastifyAdapter(), {
    logger: ['error', 'warn'],
  });
  return listen(app);
}
