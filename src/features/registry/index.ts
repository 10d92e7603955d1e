export type { NewRecord, RecordChanges, RegistryRecord } from './records/record.js';
export { RegistryRecords } from './records/registry-records.js';
export { RegistryModule } from './registry.module.js';
export type { Resolution } from './registry.service.js';
export { RegistryService } from './registry.service.js';
