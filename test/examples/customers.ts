import { createHmac, timingSafeEqual } from 'node:crypto';
import { Body, Controller, Get, Headers, Post, Query, RawBody } from '@nestjs/common';
import { IsObject, IsString } from 'class-validator';
import type { DualIdRepository, Page, PageRequest, PublicId, SchemaRunner } from 'nest-dual-id';
import {
  addDualId,
  Bind,
  DualId,
  DualIdEntity,
  ExternalId,
  Field,
  ForeignPayload,
  InjectDualId,
  installDualId,
  ObjectOf,
  PageOf,
  problem,
  Returns,
  ReturnsNothing,
  ReturnsPage,
  ReturnsSchema,
  View,
} from 'nest-dual-id';
import { Column } from 'typeorm';

@DualId({ table: 'customers', type: 41 })
export class Customer extends DualIdEntity {
  @Column('text') name!: string;
  @Column('text') stripeCustomerId!: string;
  @ExternalId() @Column('bigint') githubUserId!: string;
}

@View(Customer, { sort: ['name'], filters: ['stripeCustomerId', 'githubUserId'] })
export class CustomerView {
  @Field() uuid!: PublicId<Customer>;
  @Field() name!: string;
  @ExternalId() @Field() stripeCustomerId!: string;
  @ExternalId() @Field() githubUserId!: string;
}

export class CreateCustomer {
  @IsString() name!: string;
  @ExternalId() stripeCustomerId!: string;
  @ExternalId() githubUserId!: number;
}

export class FindCustomer {
  @ExternalId() stripeCustomerId!: string;
}

export class StripeObject {
  @ExternalId() id!: string;
  @IsString() object!: string;
}

@ForeignPayload('Stripe sends its events')
export class StripeEvent {
  @IsString() id!: string;
  @IsString() type!: string;
  @ObjectOf(() => StripeObject) data!: StripeObject;
}

@ForeignPayload('GeoJSON, RFC 7946')
export class GeoFeature {
  @ExternalId() id!: string | number;
  @IsObject() geometry!: object;
}

const secret = 'a secret that Stripe knows as well';

@Controller('customers')
export class CustomersController {
  constructor(@InjectDualId(Customer) private readonly customers: DualIdRepository<Customer>) {}

  @Get()
  @ReturnsPage(CustomerView)
  list(@PageOf(CustomerView) page: PageRequest): Promise<Page<CustomerView>> {
    return this.customers.page(CustomerView, page);
  }

  @Get('found')
  @ReturnsSchema({
    type: 'object',
    properties: { stripeCustomerId: { type: 'string', 'x-external': true } },
    required: ['stripeCustomerId'],
    additionalProperties: false,
  })
  find(@Query() { stripeCustomerId }: FindCustomer) {
    return { stripeCustomerId };
  }

  @Get(':customerUuid')
  @Returns(CustomerView)
  get(@Bind('customerUuid', CustomerView) customer: CustomerView): CustomerView {
    return customer;
  }

  @Post()
  @Returns(CustomerView)
  create(@Body() { name, stripeCustomerId, githubUserId }: CreateCustomer): Promise<CustomerView> {
    const known = { stripeCustomerId, githubUserId: String(githubUserId) };
    return this.customers.create(CustomerView, { name, ...known });
  }
}

@Controller('hooks')
export class HooksController {
  @Post('stripe')
  @ReturnsNothing()
  stripe(
    @Body() event: StripeEvent,
    @RawBody() raw: Buffer,
    @Headers('stripe-signature') signature = '',
  ): void {
    const expected = createHmac('sha256', secret).update(raw).digest();
    const sent = Buffer.from(signature, 'hex');
    const isGenuine = sent.length === expected.length && timingSafeEqual(sent, expected);
    if (!isGenuine) throw problem('unauthenticated');
    received.push(event);
  }

  @Post('features')
  @ReturnsSchema({
    type: 'object',
    properties: { id: { type: 'string', 'x-external': true } },
    required: ['id'],
    additionalProperties: false,
  })
  feature(@Body() { id }: GeoFeature) {
    return { id: String(id) };
  }
}

/** What was received and signed. */
export const received: StripeEvent[] = [];

/** The signature that Stripe would send. */
export function signed(body: string): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}

export async function migrateCustomers(runner: SchemaRunner): Promise<void> {
  await installDualId(runner);
  await runner.query(
    `CREATE TABLE customers (name text NOT NULL, stripe_customer_id text NOT NULL,
       github_user_id bigint NOT NULL)`,
  );
  await addDualId(runner, { table: 'customers', type: { id: 41, name: 'customer' } });
}
