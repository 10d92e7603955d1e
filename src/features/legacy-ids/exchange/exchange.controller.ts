import { Body, Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsIn, IsString } from 'class-validator';
import { Matches } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { currentPrincipal, restrictedTo } from '../../../core/access/access-context.js';
import type { Principal } from '../../../core/access/principal.js';
import { mayUse } from '../../../core/access/principal.js';
import { problem } from '../../../core/errors/problem.js';
import { Describe, Tag } from '../../../core/http/describe.decorators.js';
import { WithoutEnvelope } from '../../../core/http/envelope.js';
import { TakesNumericIds } from '../../../core/http/id-exceptions.js';
import { ReturnsSchema } from '../../../core/http/route.decorators.js';
import { legacyCallerOf } from '../legacy-caller.js';
import { LegacyIds } from '../legacy-ids.js';
import { isLegacyNumber, legacyNumberPattern } from '../legacy-number.js';
import { LegacyUses } from '../uses/legacy-uses.js';
import { ExchangeAllowance } from './exchange-allowance.js';
import { exchangeDocs, exchangedUuids, legacyIdsTag } from './exchange-docs.js';

/** What the route needs to know of the module. */
export interface ExchangeRoute {
  readonly names: readonly string[];
  readonly end: string;
  readonly maxNumbers: number;
  readonly numbersPerMinute: number;
  readonly allRowsPermission: string | undefined;
  /** Whether callers without that permission exchange numbers of their own rows alone. */
  readonly isOwn: boolean;
  readonly access: ClassDecorator;
}

/** Makes the controller of `POST /legacy-ids/exchange`. */
export function exchangeController(route: ExchangeRoute): Type {
  const allowance = new ExchangeAllowance(route.numbersPerMinute);

  class LegacyNumberList {
    @IsIn(route.names)
    entity!: string;

    @IsArray()
    @ArrayMinSize(1)
    @ArrayMaxSize(route.maxNumbers)
    @ArrayUnique()
    @IsString({ each: true })
    @Matches(new RegExp(legacyNumberPattern), { each: true })
    numbers!: string[];
  }

  @Tag(legacyIdsTag)
  @Controller('legacy-ids')
  @WithoutEnvelope()
  class ExchangeController {
    constructor(
      @Inject(LegacyIds) private readonly legacyIds: LegacyIds,
      @Inject(LegacyUses) private readonly uses: LegacyUses,
    ) {}

    @Describe(exchangeDocs(route.end))
    @TakesNumericIds(`exchanges old numeric ids of ${route.names.join(', ')} until ${route.end}`)
    @Post('exchange')
    @HttpCode(200)
    @ReturnsSchema(exchangedUuids)
    async exchange(
      @Body() { entity, numbers }: LegacyNumberList,
      @Req() request: FastifyRequest,
    ): Promise<{ uuids: readonly (string | null)[] }> {
      requireBigints(numbers);
      const caller = legacyCallerOf(request);
      allowance.spend(`${caller.kind} ${caller.uuid ?? request.ip}`, numbers.length);
      const work = () => this.legacyIds.exchange(entity, numbers);
      const uuids = await (route.isOwn ? amongOwn(route.allRowsPermission, work) : work());
      this.uses.note('POST /legacy-ids/exchange', caller);
      return { uuids };
    }
  }

  route.access(ExchangeController);
  return ExchangeController;
}

/** A pattern does not tell the highest number. */
function requireBigints(numbers: readonly string[]): void {
  const at = numbers.findIndex((number) => !isLegacyNumber(number));
  if (at < 0) return;
  const errors = [{ pointer: `/numbers/${at}`, detail: 'is greater than any number can be' }];
  throw problem('invalid_body', { errors });
}

/** A caller who acts for nobody owns nothing. */
function amongOwn<T>(allRowsPermission: string | undefined, work: () => T): T {
  const principal = currentPrincipal() as Principal;
  if (allRowsPermission !== undefined && mayUse(principal, allRowsPermission)) return work();
  if (principal.uuid !== null) return restrictedTo(principal.uuid, work);
  throw problem('forbidden', { detail: 'The credentials act for nobody, who owns nothing.' });
}
