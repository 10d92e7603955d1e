import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { guardsOf } from './api/api-access.js';
import { registryController } from './api/registry.controller.js';
import { ResolveBatchController } from './api/resolve-batch.controller.js';
import { EntityAddresses } from './entity-addresses.js';
import { Impact } from './impact/impact.js';
import { impactParts } from './impact/impact-parts.js';
import { RegistryCounter } from './list/registry-counts.js';
import { RegistryList } from './list/registry-list.js';
import { PlatformTypes } from './platform-types.js';
import { RecordChanger } from './records/record-changer.js';
import { RecordWriter } from './records/record-writer.js';
import { RegistryRecords } from './records/registry-records.js';
import type { RegistryOptions } from './registry.options.js';
import { RegistryService } from './registry.service.js';
import { ResolveController } from './resolve.controller.js';
import { RegistrySearch } from './search/registry-search.js';

const publicProviders = [
  RegistryService,
  RegistryRecords,
  RegistryList,
  RegistryCounter,
  RegistrySearch,
  Impact,
];

const parts = [EntityAddresses, PlatformTypes, RecordWriter, RecordChanger, ...impactParts];

/**
 * The registry: what is this UUID, and where? Imported without options, the API resolves public ids
 * and shows no names; `forRoot` can enable lists and searches.
 */
@Module({
  controllers: [ResolveController, ResolveBatchController],
  providers: [...publicProviders, ...parts],
  exports: publicProviders,
})
export class RegistryModule {
  static forRoot({ api }: RegistryOptions = {}): DynamicModule {
    if (api === undefined) return { module: RegistryModule };
    const guards = guardsOf('RegistryModule', api);
    return { module: RegistryModule, controllers: [registryController(guards)] };
  }
}
