import 'reflect-metadata';

export {
  currentActor,
  currentOwner,
  currentOwnerRow,
  currentPrincipal,
  restrictedTo,
  unrestricted,
} from './core/access/access-context.js';
export { AccessControl } from './core/access/access-control.js';
export type { ApiAccess, OwnApiAccess } from './core/access/api-access.js';
export type { Authenticator, Credential, PermissionSource } from './core/access/authenticator.js';
export { bearerToken } from './core/access/bearer-token.js';
export type { OwnerRow } from './core/access/owner-row.js';
export {
  GuardedElsewhere,
  OwnOr,
  Public,
  Requires,
  SignedIn,
} from './core/access/policy.decorators.js';
export type { OwnOrOptions, PolicyDecorator } from './core/access/policy.decorators.js';
export { mayUse } from './core/access/principal.js';
export type { Principal } from './core/access/principal.js';
export { IsPublicId, ListOf, ObjectOf } from './core/body/body-fields.js';
export { ForeignPayload } from './core/body/foreign-payload.js';
export { defineDualIdConfig } from './core/cli-config.js';
export type {
  DataGenerator,
  DualIdConfig,
  GeneratedFile,
  GeneratedSize,
  GenerateRequest,
} from './core/cli-config.js';
export { dualIdDataSource } from './core/data-source/data-source-options.js';
export type { DualIdDataSourceOptions } from './core/data-source/data-source-options.js';
export type { LaneSizes, Use } from './core/data-source/lanes.js';
export type { ConnectionMode, DatabaseLimits } from './core/data-source/limits.js';
export { SnakeCaseNaming } from './core/data-source/snake-case-naming.js';
export type { Counted, Counts } from './core/database/counters.js';
export { waitForDatabase } from './core/data-source/wait-for-database.js';
export type { WaitOptions } from './core/data-source/wait-for-database.js';
export { Database } from './core/database/database.js';
export type { TransactionOptions } from './core/database/transaction-options.js';
export type { Row } from './core/database/row.js';
export type { Settings } from './core/database/settings.js';
export { GroupCommit } from './core/database/group-commit.js';
export type { GroupedWork } from './core/database/group-commit.js';
export { statement } from './core/database/statement.js';
export type { Statement } from './core/database/statement.js';
export type { Isolation } from './core/database/isolation.js';
export type { AddressOf, Addressable } from './core/definition/address.js';
export type { DualIdOptions } from './core/definition/entity-definition.js';
export { OwnedBy } from './core/definition/owner.js';
export { DualId, GuidId, ReferenceId } from './core/entity/dual-id.decorator.js';
export { DualIdEntity, GuidEntity, ReferenceEntity } from './core/entity/dual-id.entity.js';
export { requireVersion } from './core/entity/versions.js';
export type { Versions } from './core/entity/versions.js';
export { Personal } from './core/erasure/personal.decorator.js';
export type { Blank } from './core/erasure/personal.decorator.js';
export { DualIdError, problemsOf } from './core/errors/dual-id-error.js';
export type { ErrorDetails, FieldError } from './core/errors/dual-id-error.js';
export { errorCodes } from './core/errors/error-codes.js';
export type { ErrorCode, ErrorDefinition } from './core/errors/error-codes.js';
export { keepMessage } from './core/errors/keep-message.js';
export { problem } from './core/errors/problem.js';
export { Readiness } from './core/health/readiness.js';
export type { ReadinessOptions } from './core/options/readiness.options.js';
export { Bind, IfMatch, PageOf, PublicIdParam } from './core/http/binding.decorators.js';
export { Describe, Tag } from './core/http/describe.decorators.js';
export type { ApiTag, OperationText } from './core/http/describe.decorators.js';
export { CurrentPrincipal } from './core/http/current-principal.decorator.js';
export { WithoutEnvelope } from './core/http/envelope.js';
export type { Envelope } from './core/options/envelope.js';
export type {
  ErrorFormat,
  ExceptionMessages,
  ProblemDocument,
} from './core/options/error-format.js';
export { ProblemFilter } from './core/http/problem.filter.js';
export { Accepts } from './core/http/content-check.js';
export type { RequestGateOptions } from './core/options/request-gate.options.js';
export { PlainParam, PublicIdQuery } from './core/http/plain-parameters.js';
export type { PlainParamRule } from './core/http/plain-parameters.js';
export { PublicIdGuard } from './core/http/public-id.guard.js';
export type { Scope } from './core/http/route-declaration.js';
export { exemptKey } from './core/http/route-checks.js';
export { DualIdFastifyAdapter } from './core/http/dual-id-fastify-adapter.js';
export {
  Returns,
  ReturnsNothing,
  ReturnsPage,
  ReturnsSchema,
  Unshaped,
} from './core/http/route.decorators.js';
export type {
  DualIdentified,
  Identified,
  InternalId,
  PublicId,
  UuidVersion,
} from './core/ids/ids.js';
export { ExternalId } from './core/ids/external-id.js';
export { parsePublicId } from './core/ids/ids.js';
export { newPublicId } from './core/ids/new-public-id.js';
export { DualIdModule, InjectDualId } from './core/module/dual-id.module.js';
export type { DualIdModuleOptions } from './core/options/module-options.js';
export type { Page, PageRequest, SortKey } from './core/page/page.js';
export {
  createIndexConcurrently,
  dropIndexConcurrently,
} from './core/migrations/concurrent-index.js';
export type { ConcurrentIndex, IndexName } from './core/migrations/concurrent-index.js';
export { addConstraintNotValid, validateConstraint } from './core/migrations/constraint-steps.js';
export type { ConstraintName, LateConstraint } from './core/migrations/constraint-steps.js';
export { inBatches } from './core/migrations/in-batches.js';
export type { BatchedTable } from './core/migrations/in-batches.js';
export { migrationStatus, revertMigration, runMigrations } from './core/migrations/migrate.js';
export type { MigrationState } from './core/migrations/migrate.js';
export { withMigrationLock } from './core/migrations/migration-lock.js';
export type { MigrationOptions } from './core/migrations/retry-options.js';
export type { ApiGlossary } from './core/openapi/glossary.js';
export { openApiOf } from './core/openapi/open-api.js';
export type { ApiDocument, ApiInfo } from './core/openapi/open-api.js';
export { MasterLink } from './core/passport/master-link.decorator.js';
export type { MasterLinkOptions } from './core/passport/master-link.decorator.js';
export { Passport } from './core/passport/passport.entity.js';
export type { PassportStatus } from './core/passport/passport.entity.js';
export { PlatformType } from './core/passport/platform-type.entity.js';
export type { DeletePolicy } from './core/passport/platform-type.entity.js';
export { DualIdRepository } from './core/repository/dual-id-repository.js';
export type { Found } from './core/repository/dual-id-repository.js';
export type { LinkChange } from './core/repository/links.js';
export { Links } from './core/repository/links.js';
export type { EntityInput } from './core/repository/entity-input.js';
export { Repositories } from './core/repository/repositories.js';
export type { Within } from './core/reading/within.js';
export { addDualId, addGuidId, dropDualIdTable } from './core/schema/dual-id-table.js';
export {
  downgradeDualId,
  installDualId,
  uninstallDualId,
  upgradeDualId,
} from './core/schema/install.js';
export { grantDualId } from './core/schema/grants.js';
export type { GrantOptions, RoleAccess } from './core/schema/grants.js';
export { addMasterLink } from './core/schema/master-link.js';
export type { LinkedTable } from './core/schema/master-link.js';
export { addPersonalPlace, dropPersonalPlace } from './core/schema/personal-place.js';
export type { PersonalPlace } from './core/schema/personal-place.js';
export { addRecordType, dropRecordType } from './core/schema/record-type.js';
export type { RecordTypeSpec } from './core/schema/record-type.js';
export { removeDualId } from './core/schema/remove-dual-id.js';
export { addReferenceId } from './core/schema/reference-table.js';
export type { ReferenceTable } from './core/schema/reference-table.js';
export type { SchemaRunner } from './core/schema/schema-runner.js';
export { advanceSequence } from './core/schema/sequence.js';
export type { SequenceStart } from './core/schema/sequence.js';
export { slugOf } from './core/ids/slug.js';
export type { DualIdTable, GuidTable } from './core/schema/table-spec.js';
export { enableGracefulShutdown } from './core/shutdown/graceful-shutdown.js';
export type { GracefulShutdown } from './core/shutdown/graceful-shutdown.js';
export type { GracefulShutdownOptions } from './core/shutdown/graceful-shutdown.options.js';
export type { JsonSchema } from './core/json-schema/json-schema.js';
export { Computed, Field, Many, PublicIds, View } from './core/view/view.decorator.js';
export type { ManyOptions } from './core/view/view-spec.js';
export type { ViewClass, ViewOptions } from './core/view/view-spec.js';
