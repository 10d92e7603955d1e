import { Controller, Get, Inject, Query, UseGuards } from '@nestjs/common';
import type { CanActivate, Type } from '@nestjs/common';
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
import { WithoutEnvelope } from '../../../core/http/envelope.js';

/** Makes the controller of lists and searches, behind the guards of the application. */
export function registryController(guards: readonly Type<CanActivate>[]): Type {
  @Controller('registry')
  @WithoutEnvelope()
  @UseGuards(...guards)
  class RegistryController {
    constructor(
      @Inject(RegistryList) private readonly list: RegistryList,
      @Inject(RegistrySearch) private readonly found: RegistrySearch,
      @Inject(RegistryCounter) private readonly counter: RegistryCounter,
      @Inject(EntityAddresses) private readonly addresses: EntityAddresses,
    ) {}

    @Get('entities')
    @TakesQuery(listRules)
    @ReturnsSchema(entryPage)
    async entries(@Query() query: RawQuery) {
      const { items, nextCursor } = await this.list.page(readQuery(query, listRules));
      return { items: this.#addressed(items), nextCursor };
    }

    @Get('search')
    @TakesQuery(searchRules)
    @ReturnsSchema(foundPage)
    async search(@Query() query: RawQuery) {
      const { q = '', ...asked } = readQuery(query, searchRules);
      const { items, ...page } = await this.found.search({ q, ...asked });
      return { items: this.#addressed(items), ...page };
    }

    @Get('typeahead')
    @TakesQuery(typeaheadRules)
    @ReturnsSchema(foundItems)
    async typeahead(@Query() query: RawQuery) {
      const { q = '', type } = readQuery(query, typeaheadRules);
      return { items: this.#addressed(await this.found.typeahead(q, type)) };
    }

    @Get('counts')
    @ReturnsSchema(countsSchema)
    counts(): Promise<RegistryCounts> {
      return this.counter.counts();
    }

    #addressed<Entry extends RegistryEntry>(items: readonly Entry[]) {
      return items.map((entry) => ({
        ...entry,
        href: this.addresses.of(entry.type, entry.uuid),
      }));
    }
  }

  return RegistryController;
}
