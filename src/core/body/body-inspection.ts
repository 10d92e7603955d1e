import { isStorable, storable } from '../database/storable-text.js';
import type { FieldError } from '../errors/dual-id-error.js';
import { internalNameFault } from '../ids/id-faults.js';
import { isInternalIdName } from '../ids/id-names.js';
import { Fields } from '../values/record.js';
import type { InputClass } from './body-fields.js';
import type { BodyShape, PropertyShape } from './body-shape.js';
import { bodyShapeOf } from './body-shape.js';

/** The maximum number of errors listed in a refusal. */
export const maxErrors = 20;
import { foreignReasonOf } from './foreign-payload.js';

/** The maximum nesting of a body; anything deeper would exhaust the stack of code walking it. */
export const maxDepth = 32;

/** The maximum length of a property name, in UTF-16 units: it is repeated in pointers. */
export const maxNameLength = 100;
/** The maximum length of a pointer; beyond it the nearest object around the fault is named. */
const maxPointerLength = 250;

/** The faults of a body. */
export interface BodyInspection {
  /** Names of internal ids. */
  readonly names: readonly FieldError[];
  /** Names and values that the input cannot have, or no column can hold. */
  readonly faults: readonly FieldError[];
  /** How many values were visited. */
  readonly visited: number;
}

/** The limits a body is checked against. */
export interface BodyBounds {
  /** The class it is meant for; without one every name is accepted. */
  readonly input?: InputClass | undefined;
  /** How many values it may hold. */
  readonly values: number;
}

/**
 * Walks a parsed body once, before anything is created from it. It stops at 20 findings of a kind,
 * or when the body exceeds its number of values. Names that its class declares as identifiers of
 * another system are allowed, and those of a foreign payload are not checked.
 */
export function inspectBody(body: unknown, { input, values }: BodyBounds): BodyInspection {
  const isForeign = input !== undefined && foreignReasonOf(input) !== undefined;
  const walk = new BodyWalk(values, isForeign);
  walk.root(body, input);
  return walk;
}

/** Escapes a name for a JSON pointer (RFC 6901). */
export function escapePointer(name: string): string {
  return storable(name.replaceAll('~', '~0').replaceAll('/', '~1'));
}

/** The error for a body with too many values. */
export function tooManyValues(values: number): FieldError {
  return { pointer: '', detail: `holds more than ${values} values` };
}

/** The message for a body, or a part of one, that is nested too deeply. */
export const tooDeep = 'is nested too deeply';

const unknown = 'is not a property of this body';

/** Buffers, streams and the parts of a form with files have no names chosen by a client. */
function isParsed(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

class BodyWalk implements BodyInspection {
  readonly names: FieldError[] = [];
  readonly faults: FieldError[] = [];
  visited = 0;
  #isOver = false;
  // Pointers are built only for faults, because most bodies are clean.
  readonly #path: (string | number)[] = [];

  constructor(
    private readonly values: number,
    private readonly isForeign: boolean,
  ) {}

  root(body: unknown, input: InputClass | undefined): void {
    this.#value(body, input && { property: '', isExternal: false, input, each: false });
  }

  #value(value: unknown, declared: PropertyShape | undefined, inList = false): void {
    if (typeof value === 'string') return this.#text(value, declared);
    if (typeof value !== 'object' || value === null) return;
    if (this.#path.length > maxDepth) return this.#note(this.faults, tooDeep);
    if (Array.isArray(value)) this.#list(value, inList ? undefined : declared);
    else if (isParsed(value)) this.#record(value as Fields, shapeIn(declared, inList));
  }

  #text(text: string, declared: PropertyShape | undefined): void {
    // Validators fail on such a text as well.
    if (!isStorable(text)) this.#note(this.faults, 'is not a text that can be stored');
    else if (text.length > (declared?.maxUnits ?? Infinity)) this.#note(this.faults, 'is too long');
  }

  #list(list: readonly unknown[], declared: PropertyShape | undefined): void {
    const { maxItems = Infinity } = declared ?? {};
    if (list.length > maxItems) {
      return this.#note(this.faults, `must contain no more than ${maxItems} elements`);
    }
    for (let index = 0; index < list.length; index++) {
      if (!this.#goesOn()) return;
      this.#path.push(index);
      this.#value(list[index], declared, true);
      this.#path.pop();
    }
  }

  #record(record: Fields, shape: BodyShape | undefined): void {
    for (const name of Object.keys(record)) {
      if (!this.#goesOn()) return;
      if (name.length > maxNameLength && !this.isForeign) {
        this.#refuseLongName(name);
        continue;
      }
      this.#path.push(name);
      this.#checkName(name, shape);
      this.#value(record[name], shape?.get(name));
      this.#path.pop();
    }
  }

  #checkName(name: string, shape: BodyShape | undefined): void {
    const declared = shape?.get(name);
    const isOurs = !this.isForeign && !declared?.isExternal;
    if (isOurs && isInternalIdName(name)) this.#note(this.names, internalNameFault);
    else if (!isStorable(name)) this.#note(this.faults, 'has a name that cannot be stored');
    // class-validator mistakes what every object inherits for a declared property.
    else if (name in Object.prototype) this.#note(this.faults, unknown);
    else if (shape && !declared && !this.isForeign) this.#note(this.faults, unknown);
  }

  /** Names the object, because the pointer would be as long as the name. */
  #refuseLongName(name: string): void {
    const isInternal = isInternalIdName(name.slice(-maxNameLength));
    const detail = `has a property whose name is longer than ${maxNameLength} characters`;
    this.#note(isInternal ? this.names : this.faults, detail);
  }

  /** Counts the next value, unless enough is known to refuse the body. */
  #goesOn(): boolean {
    if (this.#isOver) return false;
    this.visited += 1;
    if (this.visited > this.values) this.faults.splice(0, Infinity, tooManyValues(this.values));
    this.#isOver =
      this.visited > this.values ||
      this.names.length >= maxErrors ||
      this.faults.length >= maxErrors;
    return !this.#isOver;
  }

  #note(errors: FieldError[], detail: string): void {
    let pointer = '';
    for (const part of this.#path) {
      const longer = `${pointer}/${escapePointer(String(part))}`;
      if (longer.length > maxPointerLength) break;
      pointer = longer;
    }
    errors.push({ pointer, detail });
  }
}

/** The shape of a property's objects, depending on whether they are in a list. */
function shapeIn(declared: PropertyShape | undefined, inList: boolean): BodyShape | undefined {
  if (!declared?.input || (declared.each !== undefined && declared.each !== inList))
    return undefined;
  return bodyShapeOf(declared.input);
}
