import { annotated, fits, notesOf } from '../view/api-notes.js';
import type { JsonSchema } from '../json-schema/json-schema.js';
import type { Parameter } from './parameter.js';

/**
 * What the names of an API mean: a description and an example for the properties and parameters
 * that have one of these names, and say nothing themselves. `CreateOrder.items` is the property of
 * one schema alone.
 */
export type ApiGlossary = Readonly<
  Record<string, { readonly description?: string; readonly example?: unknown }>
>;

/**
 * Explains schemas and parameters by their names. An entry whose example a schema would refuse
 * is about something else of the same name, and explains nothing there.
 */
export class Glossary {
  constructor(private readonly entries: ApiGlossary) {}

  /** The schema with what is known of its properties, however deep they are. */
  explained(schema: JsonSchema): JsonSchema {
    const { title, properties, items } = schema;
    if (!properties && !items) return schema;
    return {
      ...schema,
      ...(items && { items: this.explained(items) }),
      ...(properties && {
        properties: Object.fromEntries(
          Object.entries(properties).map(([name, property]) => [
            name,
            this.#property(property, [`${title}.${name}`, name]),
          ]),
        ),
      }),
    };
  }

  /**
   * The parameter with what is known of it. Only in a path the example is the parameter's own,
   * which pages such as Swagger UI send unless it is removed: a filter would be sent unasked.
   */
  parameter(parameter: Parameter): Parameter {
    const { name, schema } = parameter;
    const { description, example } = this.#entry(schema, [name]);
    const isKnown = parameter.example !== undefined || schema.examples !== undefined;
    const isPlain = example === undefined || isKnown;
    return {
      ...parameter,
      ...(description && !parameter.description ? { description } : {}),
      ...(isPlain || parameter.in !== 'path' ? {} : { example }),
      ...(isPlain || parameter.in === 'path' ? {} : { schema: { ...schema, examples: [example] } }),
    };
  }

  #property(property: JsonSchema, names: readonly string[]): JsonSchema {
    const { description, example } = this.#entry(property, names);
    return annotated(this.explained(property), {
      ...(description && !property.description ? { description } : {}),
      ...(example === undefined || property.examples ? {} : { example }),
      ...notesOf(property),
    });
  }

  /** The entry of the first of these names that has one. */
  #entry(schema: JsonSchema, names: readonly string[]): ApiGlossary[string] {
    const name = names.find((one) => Object.hasOwn(this.entries, one));
    const entry = name === undefined ? {} : this.entries[name]!;
    return entry.example === undefined || fits(entry.example, schema) ? entry : {};
  }
}
