import { Controller, Get, Inject, Query } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { problem } from '../../../../core/errors/problem.js';
import { PublicIdParam } from '../../../../core/http/binding.decorators.js';
import { Describe, Tag } from '../../../../core/http/describe.decorators.js';
import { WithoutEnvelope } from '../../../../core/http/envelope.js';
import { readQuery, TakesQuery } from '../../../../core/http/route-query.js';
import { ReturnsSchema } from '../../../../core/http/route.decorators.js';
import type { PublicId } from '../../../../core/ids/ids.js';
import type { JsonSchema } from '../../../../core/json-schema/json-schema.js';
import type { RawQuery } from '../../../../core/page/read-page-query.js';
import { Passport } from '../../../../core/passport/passport.entity.js';
import type { HistoryRequest } from '../history-request.js';
import { historyDocs, historyRules, historyTag } from './history-docs.js';
import { ShownHistory } from './shown-history.js';

/** Makes the controller of the route, for callers that the application allows. */
export function historyController(access: ClassDecorator, schema: JsonSchema): Type {
  @Tag(historyTag)
  @Controller('registry')
  @WithoutEnvelope()
  @access
  class HistoryController {
    constructor(@Inject(ShownHistory) private readonly history: ShownHistory) {}

    @Describe(historyDocs)
    @Get(':uuid/history')
    @TakesQuery(historyRules)
    @ReturnsSchema(schema)
    async read(
      @PublicIdParam('uuid', Passport) uuid: PublicId<Passport>,
      @Query() query: RawQuery,
    ): Promise<object> {
      const { at, ...request } = readQuery(query, historyRules);
      if (at === undefined) return this.history.page(uuid, request);
      requireNoPage(request);
      return this.history.state(uuid, at);
    }
  }

  return HistoryController;
}

/** A state has no pages: what asks for one is a mistake. */
function requireNoPage(request: HistoryRequest): void {
  const errors = Object.keys(request).map((parameter) => ({
    parameter,
    detail: 'is for pages of changes, and `at` asks for one state',
  }));
  if (errors.length > 0) throw problem('invalid_query', { errors });
}
