import { Controller, Get, Inject, Query, UseGuards } from '@nestjs/common';
import type { CanActivate, Type } from '@nestjs/common';
import { PublicIdParam } from '../../core/http/binding.decorators.js';
import { ReturnsSchema } from '../../core/http/route.decorators.js';
import type { PublicId } from '../../core/ids/ids.js';
import { inputSchema } from '../../core/openapi/input-schema.js';
import type { Page } from '../../core/page/page.js';
import type { RawQuery } from '../../core/page/read-page-query.js';
import { Passport } from '../../core/passport/passport.entity.js';
import { Neighbours } from './neighbours.js';
import { readQuery, TakesQuery } from '../../core/http/route-query.js';
import { edgeRules, pageRules } from './query-rules.js';
import type { Neighbour } from './relation.js';
import { neighboursSchema } from './response-schemas.js';
import { WithoutEnvelope } from '../../core/http/envelope.js';

const rules = { ...edgeRules, ...pageRules };

/** Makes the controller of an entity's edges, whose metadata the application declares. */
export function neighboursController(
  metadata: new () => object,
  guards: readonly Type<CanActivate>[],
): Type {
  @Controller('registry')
  @WithoutEnvelope()
  @UseGuards(...guards)
  class NeighboursController {
    constructor(@Inject(Neighbours) private readonly neighbours: Neighbours) {}

    @Get(':uuid/relations')
    @TakesQuery(rules)
    @ReturnsSchema(neighboursSchema(inputSchema(metadata)))
    list(
      @PublicIdParam('uuid', Passport) uuid: PublicId<Passport>,
      @Query() query: RawQuery,
    ): Promise<Page<Neighbour>> {
      return this.neighbours.page(uuid, readQuery(query, rules));
    }
  }

  return NeighboursController;
}
