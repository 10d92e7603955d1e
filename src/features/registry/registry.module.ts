import type { DynamicModule, ModuleMetadata, Provider, Type } from '@nestjs/common';
import { Module } from '@nestjs/common';
import type { ApiAccess } from '../../core/access/api-access.js';
import { declaredAccess, declaredOwnAccess } from '../../core/access/api-access.js';
import { TypePermissions, TypePermissionsCheck } from './api/type-permissions.js';
import { registryController } from './api/registry.controller.js';
import { resolveBatchController } from './api/resolve-batch.controller.js';
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
import { resolveController } from './resolve.controller.js';
import { RegistrySearch } from './search/registry-search.js';

const registryProviders = [
  RegistryService,
  RegistryRecords,
  RegistryList,
  RegistryCounter,
  RegistrySearch,
  Impact,
];

const registryParts = [EntityAddresses, PlatformTypes, RecordWriter, RecordChanger, ...impactParts];

/**
 * The registry: what is this UUID, and where? Imported without options, the API resolves public ids
 * and shows no names; `forRoot` can enable lists and searches, and say who may resolve.
 */
@Module({
  controllers: resolveControllers(),
  providers: [...registryProviders, ...registryParts],
  exports: registryProviders,
})
export class RegistryModule {
  static forRoot({ api, types, resolve }: RegistryOptions = {}): DynamicModule {
    const lists = api === undefined ? {} : listsFor(api, types);
    if (resolve === undefined) return { module: RegistryModule, ...lists };
    const { controller } = declaredOwnAccess('RegistryModule', resolve);
    return {
      module: RestrictedRegistry,
      ...lists,
      controllers: [...resolveControllers(controller), ...(lists.controllers ?? [])],
    };
  }
}

/** The registry of an application that says who may resolve public ids. */
@Module({ providers: [...registryProviders, ...registryParts], exports: registryProviders })
class RestrictedRegistry {}

function listsFor(api: ApiAccess, types: RegistryOptions['types']): ModuleMetadata {
  const { controller } = declaredAccess('RegistryModule', api);
  const permissions = new TypePermissions(types, api);
  const check: Provider = {
    provide: TypePermissionsCheck,
    useFactory: (known: PlatformTypes) => new TypePermissionsCheck(permissions, known),
    inject: [PlatformTypes],
  };
  return { controllers: [registryController(controller, permissions)], providers: [check] };
}

function resolveControllers(access?: ClassDecorator): Type[] {
  return [resolveController(access), resolveBatchController(access)];
}
