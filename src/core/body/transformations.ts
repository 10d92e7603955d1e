import { createRequire } from 'node:module';
import type { MetadataStorage } from 'class-transformer/types/MetadataStorage.js';
import type { InputClass, NestedInput } from './body-fields.js';
import { rulesOf } from './body-fields.js';

// The package offers no other access to its decorators' metadata, and keeps the types elsewhere.
const { defaultMetadataStorage: storage } = createRequire(import.meta.url)(
  'class-transformer/cjs/storage.js',
) as { defaultMetadataStorage: MetadataStorage };

/**
 * Whether class-transformer turns a property into anything but the sent value, or the input
 * declared by a nested field.
 */
export function isTransformed(
  input: InputClass,
  property: string,
  nested: NestedInput | undefined,
): boolean {
  const hasOwnForm =
    storage.getStrategy(input) !== 'none' ||
    storage.getExposedMetadatas(input).length > 0 ||
    storage.getExcludedMetadatas(input).length > 0 ||
    storage.findTransformMetadatas(input, property, plainToClass).length > 0 ||
    property in (input.prototype as object);
  const type = storage.findTypeMetadata(input, property);
  return hasOwnForm || (nested ? !isTypeOf(nested, type) : type !== undefined);
}

/** The names under which class-transformer accepts a property: its own, and those of `@Expose`. */
export function sentNames(input: InputClass, property: string): readonly string[] {
  const names = storage
    .getExposedMetadatas(input)
    .filter(({ propertyName }) => propertyName === property)
    .flatMap(({ options }) => options.name ?? []);
  return [property, ...names];
}

/** Properties without rules that class-transformer accepts and leaves out. */
export function droppedNames(input: InputClass): readonly string[] {
  return storage.getExcludedMetadatas(input).flatMap(({ propertyName }) => propertyName ?? []);
}

/** The class that `@Type` creates from the objects of a property, if it is always the same. */
export function nestedTypeOf(input: InputClass, property: string): InputClass | undefined {
  const type = storage.findTypeMetadata(input, property);
  if (!type || type.options?.discriminator || type.typeFunction.length > 0) return undefined;
  const nested = type.typeFunction() as InputClass;
  const isPlain = [Array, Object, nested].includes(type.reflectedType);
  return isPlain && rulesOf(nested).length > 0 ? nested : undefined;
}

/** class-transformer's number for converting bodies. */
const plainToClass = 0;

type TypeMetadata = ReturnType<MetadataStorage['findTypeMetadata']>;

function isTypeOf({ input, each }: NestedInput, type: TypeMetadata): boolean {
  if (!type || type.options?.discriminator || type.options?.keepDiscriminatorProperty) return false;
  const isList = type.reflectedType === Array;
  return type.typeFunction() === input() && isList === each;
}
