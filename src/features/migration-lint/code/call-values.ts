import type { Argument, PlainValue } from './plain-value.js';

/** The properties of a column, table, index or other thing. */
export type PlainObject = Readonly<Record<string, PlainValue>>;

/** Whether a value is an object of known properties. */
export function isPlainObject(value: PlainValue): value is PlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The things that a call is given one by one or in a list. */
export function oneOrMany(value: PlainValue): readonly PlainValue[] {
  return Array.isArray(value) ? (value as readonly PlainValue[]) : [value];
}

/** The name that a text is, or that an object has. */
export function textIn(value: PlainValue): string | undefined {
  const name = isPlainObject(value) ? value['name'] : value;
  return typeof name === 'string' ? name : undefined;
}

/** The name of a constraint or an index, quoted as TypeORM does. */
export function nameIn(value: PlainValue): { readonly name?: string } {
  const name = textIn(value);
  return name === undefined ? {} : { name: quotedName(name) };
}

/** What an argument names as SQL writes it, or its code where only the program knows. */
export function shownName(argument: Argument | undefined): string {
  const name = textIn(argument?.value);
  if (name !== undefined) return name.split('.').map(quotedName).join('.');
  return `\${${argument?.source ?? '?'}}`;
}

/** The table that an argument names, as PostgreSQL knows it. */
export function knownName(argument: Argument | undefined): string {
  const name = textIn(argument?.value) ?? `\${${argument?.source ?? '?'}}`;
  return name.replace(/^public\./, '');
}

/** A name in the quotes of SQL, which TypeORM writes around all names. */
export function quotedName(name: string): string {
  return /^[a-z_][a-z\d_]*$/.test(name) ? name : `"${name}"`;
}
