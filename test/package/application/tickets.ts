import { Body, Controller, Get, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import { IsString, MaxLength } from 'class-validator';
import type { DualIdRepository, InternalId, Page, PageRequest, PublicId } from 'nest-dual-id';
import {
  Bind,
  DualId,
  dualIdDataSource,
  DualIdEntity,
  DualIdFastifyAdapter,
  DualIdModule,
  Field,
  InjectDualId,
  PageOf,
  Returns,
  ReturnsPage,
  View,
} from 'nest-dual-id';
import { RegistryModule } from 'nest-dual-id/registry';
import { Column } from 'typeorm';
import { CreateTickets1800000000000 } from './create-tickets.js';

/** A seat in a theatre, sold once. */
@DualId({ table: 'tickets', type: 500 })
export class Ticket extends DualIdEntity {
  @Column('text') seat!: string;
}

@View(Ticket, { sort: ['seat'] })
export class TicketView {
  @Field() uuid!: PublicId<Ticket>;
  @Field() seat!: string;
}

export class SellTicket {
  @IsString() @MaxLength(8) seat!: string;
}

@Controller('tickets')
export class TicketsController {
  constructor(@InjectDualId(Ticket) private readonly tickets: DualIdRepository<Ticket>) {}

  @Get(':ticketUuid')
  @Returns(TicketView)
  get(@Bind('ticketUuid', TicketView) ticket: TicketView): TicketView {
    return ticket;
  }

  @Get()
  @ReturnsPage(TicketView)
  list(@PageOf(TicketView) page: PageRequest): Promise<Page<TicketView>> {
    return this.tickets.page(TicketView, page);
  }

  @Post()
  @Returns(TicketView, { location: '/tickets/:uuid' })
  sell(@Body() input: SellTicket): Promise<TicketView> {
    return this.tickets.create(TicketView, input);
  }
}

export const dataSourceOptions = (url: string) =>
  dualIdDataSource({ url, entities: [Ticket], migrations: [CreateTickets1800000000000] });

export function createApp(url: string): Promise<NestFastifyApplication> {
  @Module({
    imports: [
      TypeOrmModule.forRoot({ ...dataSourceOptions(url), retryAttempts: 0 }),
      DualIdModule.forRoot(),
      DualIdModule.forFeature([Ticket]),
      RegistryModule,
    ],
    controllers: [TicketsController],
  })
  class AppModule {}

  return NestFactory.create<NestFastifyApplication>(AppModule, new DualIdFastifyAdapter(), {
    logger: ['error'],
  });
}

// The packed types keep the two ids apart.
export const inside: (ticket: Ticket) => InternalId<Ticket> = ({ id }) => id;
// @ts-expect-error An internal id is no public one.
export const mistaken: (ticket: Ticket) => PublicId<Ticket> = ({ id }) => id;
