export type {
  DualIdentified,
  Identified,
  InternalId,
  PublicId,
  UuidVersion,
} from './core/ids/ids.js';
export { DualId, GuidId, ReferenceId } from './core/entity/dual-id.decorator.js';
export { DualIdEntity, GuidEntity, ReferenceEntity } from './core/entity/dual-id.entity.js';
export { Passport } from './core/passport/passport.entity.js';
export { PlatformType } from './core/passport/platform-type.entity.js';
export { dualIdDataSource } from './core/data-source/data-source-options.js';
export { SnakeCaseNaming } from './core/data-source/snake-case-naming.js';
export { installDualId, uninstallDualId } from './core/schema/install.js';
export { addDualId, addGuidId, dropDualIdTable } from './core/schema/dual-id-table.js';
export { addReferenceId } from './core/schema/reference-table.js';
export { advanceSequence } from './core/schema/sequence.js';
export { slugOf } from './core/schema/slug.js';
