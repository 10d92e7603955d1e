import type { EntityClass } from '../definition/entity-class.js';
import type { JsonSchema } from '../json-schema/json-schema.js';
import type {
  ColumnPath,
  ComputedField,
  ComputedOptions,
  FieldSpec,
  ManyOptions,
  ViewClass,
  ViewOptions,
  ViewSpec,
} from './view-spec.js';

const viewKey = Symbol('nest-dual-id:view');
const fieldsKey = Symbol('nest-dual-id:view-fields');

/**
 * Declares a response class for an entity: the only shape in which the entity leaves the process.
 * Properties without `@Field` are not part of it.
 */
export function View(entity: EntityClass, options: ViewOptions = {}) {
  return (target: ViewClass): void => {
    Reflect.defineMetadata(viewKey, { entity, options } satisfies ViewSpec, target);
  };
}

/**
 * A property of a view. Without arguments it reads the entity's property of the same name, or for
 * `userUuid` the public id of the relation `user`; a path (`department.slug`) reads another column,
 * and `() => OtherView` nests the view of a to-one relation. Type, format, nullability and enum
 * come from the column; only JSON columns need their own schema.
 */
export function Field(
  source?:
    ColumnPath | (() => ViewClass) | { readonly path?: ColumnPath; readonly schema: JsonSchema },
): PropertyDecorator {
  return addField((property, designType) => {
    if (typeof source === 'function') return { kind: 'nested', property, view: source };
    const path = typeof source === 'string' ? source : source?.path;
    const schema = typeof source === 'object' ? source.schema : undefined;
    return { kind: 'column', property, path: path ?? property, schema, designType };
  });
}

/**
 * A list of rows that point at the viewed entity through their relation `through`, which may be a
 * `@ManyToMany`; without it, the rows linked by the entity's own `@ManyToMany` relation with the
 * property's name.
 */
export function Many(
  view: () => ViewClass,
  through: string,
  options?: ManyOptions,
): PropertyDecorator;
export function Many(view: () => ViewClass, options?: ManyOptions): PropertyDecorator;
export function Many(
  view: () => ViewClass,
  first?: string | ManyOptions,
  second?: ManyOptions,
): PropertyDecorator {
  const [through, options] = typeof first === 'string' ? [{ through: first }, second] : [{}, first];
  return addField((property) => ({ kind: 'many', property, view, ...through, ...options }));
}

/** The public ids, or slugs, of the rows linked by a `@ManyToMany` relation of the entity. */
export function PublicIds(relation: string, options: ManyOptions = {}): PropertyDecorator {
  return addField((property) => ({ kind: 'publicIds', property, relation, ...options }));
}

/**
 * A value computed by the database. The function receives a way to name columns of the viewed row:
 * `(order) => \`(SELECT count(*) FROM order_items WHERE order_id = ${order('id')})\``. An internal
 * id may appear only in a comparison, a count, an order or a group.
 */
export function Computed(
  schema: JsonSchema,
  sql: ComputedField['sql'],
  options: ComputedOptions = {},
): PropertyDecorator {
  return addField((property) => ({ kind: 'computed', property, schema, sql, options }));
}

/** What `@View` recorded on a class, or undefined for a class that is not a view. */
export function viewSpecOf(target: object): ViewSpec | undefined {
  return Reflect.getOwnMetadata(viewKey, target) as ViewSpec | undefined;
}

/** The fields of a view, those of its base classes first. */
export function fieldsOf(target: object): readonly FieldSpec[] {
  const own = (Reflect.getOwnMetadata(fieldsKey, target) ?? []) as readonly FieldSpec[];
  const base = Object.getPrototypeOf(target) as object | null;
  const inherited = base === null || base === Function.prototype ? [] : fieldsOf(base);
  const overridden = new Set(own.map(({ property }) => property));
  return [...inherited.filter(({ property }) => !overridden.has(property)), ...own];
}

function addField(make: (property: string, designType: unknown) => FieldSpec): PropertyDecorator {
  return (prototype, property) => {
    const target = prototype.constructor;
    const designType: unknown = Reflect.getMetadata('design:type', prototype, property);
    const own = (Reflect.getOwnMetadata(fieldsKey, target) ?? []) as readonly FieldSpec[];
    const field = make(String(property), designType);
    Reflect.defineMetadata(fieldsKey, [...own, field], target);
  };
}
