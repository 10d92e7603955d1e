export { RegistryModule } from './registry.module.js';
export type { Resolution } from './registry.service.js';
export { RegistryService } from './registry.service.js';
