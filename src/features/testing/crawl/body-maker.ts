import { randomInt } from 'node:crypto';
import { exampleOf } from '../../../core/openapi/example.js';
import type { JsonSchema } from '../../../core/json-schema/json-schema.js';
import type { ApiDescription, CrawledOperation } from './api-description.js';
import { allows, describesUuid } from './api-description.js';
import type { Harvest } from './harvest.js';
import { namedThing } from './named-thing.js';
import { isRecord } from '../../../core/values/record.js';

/** What earlier attempts have shown, so that the next body differs from them. */
export interface Attempt {
  /** How often the value at a pointer was refused; each time a different one is used. */
  readonly refusals: ReadonlyMap<string, number>;
  /** Which value of every enumeration is used. */
  readonly variant: number;
  /** Which of the known public ids is tried first, so that not all refer to the same one. */
  readonly offset: number;
}

/**
 * Makes bodies an operation should accept: the description's example, with references replaced by
 * existing public ids and texts made different from those sent before. Values that the API refuses
 * are replaced by values it has shown under the same name, and finally left out if they are
 * optional.
 */
export class BodyMaker {
  #made = 0;

  constructor(
    private readonly api: ApiDescription,
    private readonly harvest: Harvest,
  ) {}

  make({ body }: CrawledOperation, attempt: Attempt): unknown {
    if (!body) return undefined;
    this.#made++;
    return this.#fill(body.example, body.schema, { ...attempt, name: '', pointer: '' });
  }

  /** Whether a body holds an enumeration, of which another value may be the right one. */
  hasVariants({ body }: CrawledOperation): boolean {
    const has = (schema: JsonSchema): boolean => {
      const { enum: values, properties = {}, items } = this.api.shapeOf(schema);
      return Boolean(values) || [...Object.values(properties), ...(items ? [items] : [])].some(has);
    };
    return body !== undefined && has(body.schema);
  }

  #fill(example: unknown, schema: JsonSchema, place: ValuePlace): unknown {
    const shape = this.api.shapeOf(schema);
    if (shape.properties) return this.#object(isRecord(example) ? example : {}, shape, place);
    if (allows(shape, 'array') && shape.items) return this.#list(example, shape, place);
    if (shape.enum) return shape.enum[place.variant % shape.enum.length];
    if (!allows(shape, 'string')) return example ?? exampleOf(shape);
    const text = typeof example === 'string' ? example : String(exampleOf(shape));
    return this.#text(text, shape, place);
  }

  #object(example: Record<string, unknown>, shape: JsonSchema, place: ValuePlace): object {
    const entries = Object.entries(shape.properties!).map(([name, property]) => {
      const pointer = `${place.pointer}/${name}`;
      const isRequired = shape.required?.includes(name) ?? false;
      if (!isRequired && this.#isHopeless(name, pointer, place.refusals)) return undefined;
      return [name, this.#fill(example[name], property, { ...place, name, pointer })] as const;
    });
    return Object.fromEntries(entries.filter((entry) => entry !== undefined));
  }

  #list(example: unknown, shape: JsonSchema, place: ValuePlace): unknown[] {
    const items: unknown[] = Array.isArray(example) && example.length > 0 ? example : [undefined];
    const name = place.name.replace(/s$/, '');
    return items.map((item, index) =>
      this.#fill(item, shape.items!, { ...place, name, pointer: `${place.pointer}/${index}` }),
    );
  }

  #text(
    example: string,
    shape: JsonSchema,
    { name, pointer, refusals, offset }: ValuePlace,
  ): string {
    const refused = refusals.get(pointer) ?? 0;
    if (describesUuid(shape)) return pick(this.#known(name), refused + offset) ?? example;
    if (refused > 0) return pick(this.#known(name), refused - 1) ?? example;
    if (shape.format === 'email') return `crawler-${mark(this.#made)}@example.org`;
    if (shape.format !== undefined || shape.pattern !== undefined) return example;
    return `${example} ${mark(this.#made)}`.slice(0, shape.maxLength);
  }

  /** Existing values: addresses of what the name refers to, then its values elsewhere. */
  #known(name: string): readonly string[] {
    const thing = namedThing(name);
    return [...this.harvest.addressesOf(thing), ...this.harvest.valuesOf(name)];
  }

  #isHopeless(name: string, pointer: string, refusals: Attempt['refusals']): boolean {
    return (refusals.get(pointer) ?? 0) > this.#known(name).length;
  }
}

interface ValuePlace extends Attempt {
  readonly name: string;
  readonly pointer: string;
}

/** Makes a unique text, which contains no UUID and no ordinary word. */
function mark(number: number): string {
  return `n${number}n`;
}

/** A copy of a body with texts different from any sent before, so that it can be sent again. */
export function renewed(body: unknown): unknown {
  if (body === undefined) return undefined;
  const text = JSON.stringify(body).replaceAll(/n\d+n/g, mark(randomInt(1_000_000)));
  return JSON.parse(text) as unknown;
}

function pick(candidates: readonly string[], at: number): string | undefined {
  return candidates[at % Math.max(candidates.length, 1)];
}
