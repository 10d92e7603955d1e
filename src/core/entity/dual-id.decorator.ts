import {
  Check,
  Column,
  Entity,
  ForeignKey,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  Unique,
} from 'typeorm';
import { constraintName } from '../schema/names.js';
import { slugCheck } from '../schema/slug.js';
import { Passport } from '../passport/passport.entity.js';
import type { DualIdDefinition, DualIdOptions } from './dual-id-options.js';
import { completeOptions, define } from './dual-id-options.js';

type EntityClass = abstract new (...args: never[]) => object;

/**
 * Maps a class that extends `DualIdEntity` to its table: both ids, their constraints and the
 * platform type, exactly as `addDualId` makes them, so that TypeORM finds nothing to change.
 * It stands instead of TypeORM's `@Entity`.
 */
export function DualId(options: DualIdOptions) {
  return (target: EntityClass): void => {
    const definition = completeOptions('dual', options);
    mapTable(target, definition);
    PrimaryGeneratedColumn('identity', {
      type: 'bigint',
      name: definition.columns.id,
      generatedIdentity: 'BY DEFAULT',
      primaryKeyConstraintName: constraintName(definition.table, 'pk'),
    })(target.prototype as object, 'id');
    mapUuid(target, definition);
    mapPlatformType(target, definition);
  };
}

/** Maps a class that extends `GuidEntity`: its UUID, made by the application, is its only key. */
export function GuidId(options: Omit<DualIdOptions, 'startWith'>) {
  return (target: EntityClass): void => {
    const definition = completeOptions('guid', options);
    mapTable(target, definition);
    PrimaryColumn({
      type: 'uuid',
      name: definition.columns.uuid,
      primaryKeyConstraintName: constraintName(definition.table, 'pk'),
    })(target.prototype as object, 'uuid');
    mapPlatformType(target, definition);
  };
}

/** Maps a class that extends `ReferenceEntity`: a numeric id inside, a slug outside. */
export function ReferenceId(options: Pick<DualIdOptions, 'table' | 'schema' | 'columns'>) {
  return (target: EntityClass): void => {
    const definition = completeOptions('reference', options);
    mapTable(target, definition);
    PrimaryGeneratedColumn('identity', {
      type: 'int',
      name: definition.columns.id,
      generatedIdentity: 'BY DEFAULT',
      primaryKeyConstraintName: constraintName(definition.table, 'pk'),
    })(target.prototype as object, 'id');
    Column({ type: 'text', name: 'slug' })(target.prototype as object, 'slug');
    Unique(constraintName(definition.table, 'slug_uq'), ['slug'])(target);
    Check(constraintName(definition.table, 'slug_ck'), slugCheck)(target);
  };
}

function mapTable(target: EntityClass, definition: DualIdDefinition): void {
  define(target, definition);
  const { table, schema } = definition;
  Entity(table, schema === undefined ? {} : { schema })(target);
}

function mapUuid(target: EntityClass, { table, columns }: DualIdDefinition): void {
  Column({ type: 'uuid', name: columns.uuid, generated: 'uuid', update: false })(
    target.prototype as object,
    'uuid',
  );
  Unique(constraintName(table, 'uuid_uq'), ['uuid'])(target);
}

function mapPlatformType(target: EntityClass, { kind, table, type }: DualIdDefinition): void {
  if (type === undefined) return;
  const hidden = { select: false, insert: false, update: false };
  Column({ type: 'smallint', name: 'platform_type_id', default: type, ...hidden })(
    target.prototype as object,
    'platformTypeId',
  );
  Check(constraintName(table, 'type_ck'), `platform_type_id = ${type}`)(target);
  const passportKey = {
    name: constraintName(table, 'passport_fk'),
    deferrable: 'INITIALLY DEFERRED',
  } as const;
  const foreignKey =
    kind === 'guid'
      ? ForeignKey(() => Passport, ['uuid'], ['uuid'], passportKey)
      : ForeignKey(
          () => Passport,
          ['uuid', 'platformTypeId', 'id'],
          ['uuid', 'platformTypeId', 'entityId'],
          passportKey,
        );
  foreignKey(target);
}
