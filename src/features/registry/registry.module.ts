import { Module } from '@nestjs/common';
import { EntityAddresses } from './entity-addresses.js';
import { RegistryService } from './registry.service.js';
import { ResolveController } from './resolve.controller.js';

/** The registry: what is this UUID, and where? */
@Module({
  controllers: [ResolveController],
  providers: [RegistryService, EntityAddresses],
  exports: [RegistryService],
})
export class RegistryModule {}
