import { problem } from '../errors/problem.js';
import type { JsonSchema } from '../json-schema/json-schema.js';
import { notesOf } from '../view/api-notes.js';

/**
 * Moves every schema with a title into a document's components and refers to it there, so that a
 * client generator finds one type for each view and input.
 */
export class Components {
  /** Without a prototype, because a view may be called `constructor`. */
  readonly schemas = Object.create(null) as Record<string, JsonSchema>;

  /** The schema as it appears in the document: a reference if it has a title. */
  place(schema: JsonSchema): JsonSchema {
    const { title, ...rest } = schema;
    if (title === undefined) return this.#inside(rest);
    const types = [rest.type].flat().filter((type) => type !== undefined);
    const [only, ...others] = types.filter((type) => type !== 'null');
    this.#keep(title, others.length === 0 && only ? { ...rest, type: only } : rest);
    const reference = { $ref: `#/components/schemas/${title}` };
    return types.includes('null') ? { anyOf: [reference, { type: 'null' }] } : reference;
  }

  #keep(title: string, schema: JsonSchema): void {
    const placed = this.#inside(schema);
    const known = (this.schemas[title] ??= placed);
    if (JSON.stringify(known) === JSON.stringify(placed)) return;
    throw problem('setup_refused', {
      detail: `Two schemas of the API are called ${title}; rename one of the views or inputs.`,
    });
  }

  #inside(schema: JsonSchema): JsonSchema {
    const { properties, items } = schema;
    return {
      ...schema,
      ...(items && { items: this.place(items) }),
      ...(properties && {
        properties: Object.fromEntries(
          Object.entries(properties).map(([name, property]) => [
            name,
            noted(this.place(property), property),
          ]),
        ),
      }),
    };
  }
}

/** The notes from `@ApiProperty` go next to the property's schema, or the reference to it. */
function noted(placed: JsonSchema, property: JsonSchema): JsonSchema {
  const { example, ...notes } = notesOf(property);
  return { ...placed, ...notes, ...(example === undefined ? {} : { examples: [example] }) };
}
