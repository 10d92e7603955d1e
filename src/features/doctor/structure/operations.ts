import type { JsonSchema } from '../../../core/json-schema/json-schema.js';

/** The parts of an OpenAPI operation that the checks read. */
export interface DescribedOperation {
  /** `GET /users/{userUuid}`. */
  readonly key: string;
  readonly parameters: readonly { readonly name: string; readonly schema?: JsonSchema }[];
}

/** Every operation of an API description. */
export function operationsOf(document: object): readonly DescribedOperation[] {
  const { paths } = document as {
    paths: Readonly<Record<string, Readonly<Record<string, Partial<DescribedOperation>>>>>;
  };
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { parameters = [] }]) => {
      return { key: `${method.toUpperCase()} ${path}`, parameters };
    }),
  );
}
