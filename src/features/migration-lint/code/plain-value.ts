import type * as babel from '@babel/types';
import { propertyName } from './scope.js';
import { resolvedExpression, sqlTextOf } from './values.js';
import type { Expression } from './values.js';

/** A value as far as it can be known: texts, booleans, lists and objects; else undefined. */
export type PlainValue =
  | string
  | boolean
  | null
  | undefined
  | readonly PlainValue[]
  | { readonly [name: string]: PlainValue };

/** An argument of a call, with where it stands and what it is called if it is not known. */
export interface Argument {
  readonly value: PlainValue;
  readonly source: string;
}

/** The argument that an expression gives to a call. */
export function argumentOf(expression: Expression, file: string): Argument {
  const { node } = expression;
  return { value: plainValue(expression, file), source: file.slice(node.start!, node.end!) };
}

/** Works out a value; `new TableColumn({ … })` is the object that it is made from. */
export function plainValue(expression: Expression, file: string, depth = 0): PlainValue {
  if (depth > 10) return undefined;
  const { node, scope } = resolvedExpression(expression);
  const inner = (child: babel.Node) => plainValue({ node: child, scope }, file, depth + 1);
  switch (node.type) {
    case 'BooleanLiteral':
      return node.value;
    case 'NullLiteral':
      return null;
    case 'ArrayExpression':
      return node.elements.map((element) => (element ? inner(element) : undefined));
    case 'ObjectExpression':
      return Object.fromEntries(
        node.properties.flatMap((property) => {
          if (property.type !== 'ObjectProperty') return [];
          const name = propertyName(property.key);
          return name === undefined ? [] : [[name, inner(property.value)]];
        }),
      );
    case 'NewExpression':
      return node.arguments[0] ? inner(node.arguments[0]) : {};
    case 'CallExpression': {
      // The table that `queryRunner.getTable('orders')` finds goes by its name.
      const { callee, arguments: given } = node;
      const isTable =
        callee.type === 'MemberExpression' && propertyName(callee.property) === 'getTable';
      if (isTable && given[0]) return inner(given[0]);
      return textValue({ node, scope }, file);
    }
    default:
      return textValue({ node, scope }, file);
  }
}

function textValue(expression: Expression, file: string): PlainValue {
  const text = sqlTextOf(expression, file);
  return text && text.shown(0, text.text.length);
}
