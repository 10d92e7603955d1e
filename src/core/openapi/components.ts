import { problem } from '../errors/problem.js';
import { notesOf } from '../view/api-notes.js';
import type { JsonSchema } from '../view/json-schema.js';

/**
 * Moves every schema that has a title into the components of a document and refers to it there,
 * so that a client generator finds one type for each view and input.
 */
export class Components {
  readonly schemas: Record<string, JsonSchema> = {};

  /** The schema as it stands in the document: a reference where it has a title. */
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
      detail: `Two schemas of the API are called ${title}; give one view or input another name.`,
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

/** What `@ApiProperty` says of a property stands beside its schema, or the reference to it. */
function noted(placed: JsonSchema, property: JsonSchema): JsonSchema {
  const { example, ...notes } = notesOf(property);
  return { ...placed, ...notes, ...(example === undefined ? {} : { examples: [example] }) };
}
