import { Controller, Get, Inject, Query } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { ReturnsSchema } from '../../../core/http/route.decorators.js';
import { readQuery, TakesQuery } from '../../../core/http/route-query.js';
import type { RawQuery } from '../../../core/page/read-page-query.js';
import { EntityAddresses } from '../entity-addresses.js';
import type { RegistryEntry } from '../entry.js';
import type { RegistryCounts } from '../list/registry-counts.js';
import { RegistryCounter } from '../list/registry-counts.js';
import { RegistryList } from '../list/registry-list.js';
import { RegistrySearch } from '../search/registry-search.js';
import { listRules, searchRules, typeaheadRules } from './query-rules.js';
import { countsSchema, entryPage, foundItems, foundPage } from './response-schemas.js';
import type { TypePermissions } from './type-permissions.js';
import { WithoutEnvelope } from '../../../core/http/envelope.js';
import { Describe, Tag } from '../../../core/http/describe.decorators.js';
import {
  countsDocs,
  entitiesDocs,
  registryTag,
  searchDocs,
  typeaheadDocs,
} from '../registry-docs.js';

/** Makes the controller for lists and searches, for callers that the application allows. */
export function registryController(access: ClassDecorator, types: TypePermissions): Type {
  @Tag(registryTag)
  @Controller('registry')
  @WithoutEnvelope()
  @access
  class RegistryController {
    constructor(
      @Inject(RegistryList) private readonly list: RegistryList,
      @Inject(RegistrySearch) private readonly found: RegistrySearch,
      @Inject(RegistryCounter) private readonly counter: RegistryCounter,
      @Inject(EntityAddresses) private readonly addresses: EntityAddresses,
    ) {}

    @Describe(entitiesDocs)
    @Get('entities')
    @TakesQuery(listRules)
    @ReturnsSchema(entryPage)
    async entries(@Query() query: RawQuery) {
      const asked = types.permitted(readQuery(query, listRules));
      const { items, nextCursor } = await this.list.page(asked);
      return { items: addressed(items, this.addresses), nextCursor };
    }

    @Describe(searchDocs)
    @Get('search')
    @TakesQuery(searchRules)
    @ReturnsSchema(foundPage)
    async search(@Query() query: RawQuery) {
      const { q = '', ...asked } = types.permitted(readQuery(query, searchRules));
      const { items, ...page } = await this.found.search({ q, ...asked });
      return { items: addressed(items, this.addresses), ...page };
    }

    @Describe(typeaheadDocs)
    @Get('typeahead')
    @TakesQuery(typeaheadRules)
    @ReturnsSchema(foundItems)
    async typeahead(@Query() query: RawQuery) {
      const { q = '', type } = types.permitted(readQuery(query, typeaheadRules));
      return { items: addressed(await this.found.typeahead(q, type), this.addresses) };
    }

    @Describe(countsDocs)
    @Get('counts')
    @ReturnsSchema(countsSchema)
    counts(): Promise<RegistryCounts> {
      types.permitted({});
      return this.counter.counts();
    }
  }

  return RegistryController;
}

function addressed<Entry extends RegistryEntry>(
  items: readonly Entry[],
  addresses: EntityAddresses,
) {
  return items.map((entry) => ({ ...entry, href: addresses.of(entry.type, entry.uuid) }));
}
