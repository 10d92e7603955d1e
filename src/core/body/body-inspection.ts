import type { FieldError } from '../errors/dual-id-error.js';
import { isStorable, storable } from '../database/storable-text.js';
import { isInternalIdName } from '../ids/ids.js';

/** Deepest nesting of a body; what is deeper would exhaust the stack of whoever walks it. */
const deepest = 32;

/** What is wrong with a body, whatever input it is meant for. */
export interface BodyInspection {
  /** Names of internal ids. */
  readonly names: readonly FieldError[];
  /** Names and values that no input and no column can hold. */
  readonly faults: readonly FieldError[];
}

/** Walks a parsed body once, and stops at so many findings of a kind. */
export function inspectBody(body: unknown, most: number): BodyInspection {
  const walk = new BodyWalk(most);
  walk.value(body);
  return walk;
}

/** Escapes a name for a JSON pointer (RFC 6901). */
export function escapePointer(name: string): string {
  return storable(name.replaceAll('~', '~0').replaceAll('/', '~1').slice(0, 100));
}

class BodyWalk implements BodyInspection {
  readonly names: FieldError[] = [];
  readonly faults: FieldError[] = [];
  // Pointers are spelled only for what is found, because most bodies are clean.
  readonly #path: (string | number)[] = [];

  constructor(private readonly most: number) {}

  value(value: unknown): void {
    if (typeof value === 'string') {
      // Validators fail on such a text as well.
      if (!isStorable(value)) this.#note(this.faults, 'is no text that can be stored');
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    if (this.#path.length > deepest) return this.#note(this.faults, 'is nested too deeply');
    if (Array.isArray(value)) this.#list(value);
    else this.#record(value as Record<string, unknown>);
  }

  #list(list: readonly unknown[]): void {
    for (let index = 0; index < list.length && !this.#isFull; index++) {
      this.#path.push(index);
      this.value(list[index]);
      this.#path.pop();
    }
  }

  #record(record: Readonly<Record<string, unknown>>): void {
    for (const name of Object.keys(record)) {
      if (this.#isFull) return;
      this.#path.push(name);
      if (isInternalIdName(name)) this.#note(this.names, 'has the name of an internal id');
      // class-validator takes what every object inherits for a declared property.
      else if (!isStorable(name)) this.#note(this.faults, 'has a name that cannot be stored');
      else if (name in Object.prototype) this.#note(this.faults, 'is not a property of this body');
      this.value(record[name]);
      this.#path.pop();
    }
  }

  get #isFull(): boolean {
    return this.names.length >= this.most || this.faults.length >= this.most;
  }

  #note(errors: FieldError[], detail: string): void {
    const pointer = this.#path.map((part) => `/${escapePointer(String(part))}`).join('');
    errors.push({ pointer, detail });
  }
}
