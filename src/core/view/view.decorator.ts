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
import type { JsonSchema } from './json-schema.js';

const viewKey = Symbol('nest-dual-id:view');
const fieldsKey = Symbol('nest-dual-id:view-fields');

type EntityClass = abstract new (...args: never[]) => object;

/**
 * Declares a response class of an entity: the only shape in which the entity leaves the process.
 * Properties without `@Field` are not part of it.
 */
export function View(entity: EntityClass, options: ViewOptions = {}) {
  return (target: ViewClass): void => {
    Reflect.defineMetadata(viewKey, { entity, options } satisfies ViewSpec, target);
  };
}

/**
 * A property of a view. Alone it reads the entity's property of the same name, or for `userUuid`
 * the public id of the relation `user`; a path (`department.slug`) reads another column, and
 * `() => OtherView` nests the view of a to-one relation. Type, format, nullability and enum come
 * from the column; only JSON columns need a schema of their own.
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
 * A list of rows that point at the viewed entity through their relation `through`; without it, the
 * rows that the entity's `@ManyToMany` relation of the property's name links it with.
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

/** The public ids, or slugs, of what a `@ManyToMany` relation of the entity links it with. */
export function PublicIds(relation: string, options: ManyOptions = {}): PropertyDecorator {
  return addField((property) => ({ kind: 'publicIds', property, relation, ...options }));
}

/**
 * A value the database computes. The function gets a way to name columns of the viewed row:
 * `(order) => \`(SELECT count(*) FROM order_items WHERE order_id = ${order('id')})\``. An internal id
 * may stand in a comparison, a count, an order or a group, and nowhere else.
 */
export function Computed(
  schema: JsonSchema,
  sql: ComputedField['sql'],
  options: ComputedOptions = {},
): PropertyDecorator {
  return addField((property) => ({ kind: 'computed', property, schema, sql, options }));
}

/** What `@View` noted on a class, or undefined for a class that is no view. */
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
