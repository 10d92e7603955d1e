import { Body, Controller, Get, Inject, Post } from '@nestjs/common';
import { IsString } from 'class-validator';
import {
  addDualId,
  Bind,
  DualId,
  DualIdEntity,
  Field,
  InjectDualId,
  installDualId,
  OwnOr,
  PublicIdParam,
  Requires,
  Returns,
  ReturnsSchema,
  View,
} from 'nest-dual-id';
import type { DualIdRepository, PublicId, SchemaRunner } from 'nest-dual-id';
import {
  AcceptsLegacyIds,
  installLegacyIds,
  LegacyIds,
  LegacyIdsModule,
} from 'nest-dual-id/legacy-ids';
import { Column, JoinColumn, ManyToOne } from 'typeorm';

@DualId({ table: 'customers', type: 80, owner: 'self' })
export class Customer extends DualIdEntity {
  @Column('text') name!: string;
}

/** Its clients used to know its rows by number. */
@DualId({ table: 'tickets', type: 81, owner: 'customer' })
export class Ticket extends DualIdEntity {
  @Column('text') subject!: string;

  @ManyToOne(() => Customer, { nullable: false })
  @JoinColumn()
  customer!: Customer;
}

/** Its rows were numbered anew; another column keeps the numbers that clients know. */
@DualId({ table: 'replies', type: 82, owner: 'ticket.customer' })
export class Reply extends DualIdEntity {
  @Column('text') text!: string;

  @ManyToOne(() => Ticket, { nullable: false })
  @JoinColumn()
  ticket!: Ticket;
}

@View(Ticket)
export class TicketView {
  @Field() uuid!: PublicId<Ticket>;
  @Field() subject!: string;
}

@View(Reply, { filters: ['ticketUuid'] })
export class ReplyView {
  @Field() uuid!: PublicId<Reply>;
  @Field() ticketUuid!: PublicId<Ticket>;
  @Field() text!: string;
}

export class NewReply {
  @IsString() text!: string;
}

const ofTicket = { within: { ticketUuid: 'ticket' } };

@Controller('tickets')
@OwnOr('tickets:read')
export class TicketsController {
  constructor(@InjectDualId(Reply) private readonly replies: DualIdRepository<Reply>) {}

  @Get(':ticketUuid')
  @AcceptsLegacyIds()
  @Returns(TicketView)
  show(@Bind('ticketUuid', TicketView) ticket: TicketView): TicketView {
    return ticket;
  }

  @Get(':ticketUuid/replies/:replyUuid')
  @AcceptsLegacyIds({ until: '2027-03-31T22:00:00Z' })
  @Returns(ReplyView)
  reply(@Bind('replyUuid', ReplyView, ofTicket) reply: ReplyView): ReplyView {
    return reply;
  }

  /** New since clients send UUIDs, so that no client has ever called it with a number. */
  @Post(':ticketUuid/replies')
  @Returns(ReplyView)
  answer(
    @PublicIdParam('ticketUuid', Ticket) ticketUuid: PublicId<Ticket>,
    @Body() reply: NewReply,
  ): Promise<ReplyView> {
    return this.replies.create(ReplyView, { ...reply, ticketUuid });
  }
}

const stragglers = {
  type: 'object',
  properties: { callers: { type: 'integer' } },
  required: ['callers'],
  additionalProperties: false,
} as const;

/** For a panel of the team that waits for the last client. */
@Controller('stragglers')
@Requires('tickets:read')
export class StragglersController {
  constructor(@Inject(LegacyIds) private readonly legacyIds: LegacyIds) {}

  @Get()
  @ReturnsSchema(stragglers)
  async count(): Promise<{ callers: number }> {
    const lastWeek = Date.now() - 7 * 86_400_000;
    const uses = await this.legacyIds.uses();
    const recent = uses.filter(({ lastSeenAt }) => lastSeenAt.getTime() > lastWeek);
    return { callers: new Set(recent.map(({ callerUuid }) => callerUuid)).size };
  }
}

export const legacyIds = LegacyIdsModule.forRoot({
  entities: {
    tickets: { entity: Ticket, upTo: '81234' },
    replies: { entity: Reply, column: 'old_number' },
  },
  deprecatedAt: '2026-10-01T00:00:00Z',
  until: '2027-06-30T22:00:00Z',
  docs: 'https://developers.example.com/uuids',
  exchange: {
    api: { permission: 'tickets:exchange' },
    allRowsPermission: 'tickets:read',
  },
});

export async function migrateTickets(runner: SchemaRunner): Promise<void> {
  await installDualId(runner);
  await installLegacyIds(runner);
  await runner.query('CREATE TABLE customers (name text NOT NULL)');
  await addDualId(runner, { table: 'customers', type: { id: 80, name: 'customer' } });
  await runner.query(`CREATE TABLE tickets (
    subject text NOT NULL, customer_id bigint NOT NULL REFERENCES customers (id))`);
  await addDualId(runner, { table: 'tickets', type: { id: 81, name: 'ticket' } });
  await runner.query(`CREATE TABLE replies (
    text text NOT NULL, ticket_id bigint NOT NULL REFERENCES tickets (id),
    old_number integer CONSTRAINT replies_old_number_uq UNIQUE)`);
  await addDualId(runner, { table: 'replies', type: { id: 82, name: 'reply' }, startWith: 5000 });
}
