export { EmbeddedPostgresError } from './embedded-postgres.error.js';
export { findRunning, startEmbeddedPostgres } from './embedded-postgres.js';
export type { EmbeddedPostgres, EmbeddedPostgresOptions } from './embedded-postgres.js';
export type { RestartOptions } from './restart-options.js';
export { openPlainRoles } from './plain-roles.js';
export type { PlainRoles } from './plain-roles.js';
