import { Module } from '@nestjs/common';
import { EntityAddresses } from './entity-addresses.js';
import { PlatformTypes } from './platform-types.js';
import { RecordChanger } from './records/record-changer.js';
import { RecordWriter } from './records/record-writer.js';
import { RegistryRecords } from './records/registry-records.js';
import { RegistryService } from './registry.service.js';
import { ResolveController } from './resolve.controller.js';

/** The registry: what is this UUID, and where? */
@Module({
  controllers: [ResolveController],
  providers: [
    RegistryService,
    EntityAddresses,
    PlatformTypes,
    RecordWriter,
    RecordChanger,
    RegistryRecords,
  ],
  exports: [RegistryService, RegistryRecords],
})
export class RegistryModule {}
