import type { OpenAPIObject } from '@nestjs/swagger';
import type { JsonSchema } from 'nest-dual-id';
import { openApiOf } from 'nest-dual-id';
import { startApi } from '../../support/api.js';
import { libraryControllers } from '../../support/library/library.controllers.js';
import { libraryEntities } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { openLibrary } from '../../support/library/library.js';
import { OrdersController } from '../body/order.controller.js';

/** An operation, with the parts that tests read. */
export interface DescribedOperation {
  readonly parameters: readonly (Readonly<Record<string, unknown>> & {
    readonly name: string;
    readonly in: string;
    readonly schema: JsonSchema;
  })[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<
    Record<
      string,
      { readonly content?: Content; readonly headers?: Readonly<Record<string, object>> }
    >
  >;
}

type Content = Readonly<
  Record<string, { readonly schema: JsonSchema; readonly example?: unknown }>
>;

/** The description of the library's application, with orders added. */
export async function describeLibrary(
  controllers: readonly (new (...args: never[]) => object)[] = [],
): Promise<OpenAPIObject> {
  const library: Library = await openLibrary();
  try {
    const api = await startApi({
      url: library.url,
      entities: libraryEntities,
      controllers: [...libraryControllers, OrdersController, ...controllers],
    });
    try {
      return await openApiOf(api.app, { title: 'Library', version: '1.2.3' });
    } finally {
      await api.close();
    }
  } finally {
    await library.close();
  }
}

/** Every operation of a description: `GET /books`. */
export function operationsOf({ paths }: OpenAPIObject): Map<string, DescribedOperation> {
  return new Map(
    Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => [
        `${method.toUpperCase()} ${path}`,
        operation as DescribedOperation,
      ]),
    ),
  );
}
