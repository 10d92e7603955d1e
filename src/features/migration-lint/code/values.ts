import type * as babel from '@babel/types';
import { SqlText } from '../source-text.js';
import { bare, propertyName, propertyValue } from './scope.js';
import type { CodeScope } from './scope.js';
import { literalText } from './literal-text.js';

/** An expression, and the scope in which its names mean something. */
export interface Expression {
  readonly node: babel.Node;
  readonly scope: CodeScope;
}

/** How far names are followed, for a file may define them in a circle. */
const maxSteps = 30;

/** Follows names, `this.x` and `object.x` to the expression that they stand for. */
export function resolvedExpression({ node, scope }: Expression, depth = 0): Expression {
  const plain = bare(node);
  if (depth > maxSteps) return { node: plain, scope };
  if (plain.type === 'Identifier') {
    const found = scope.find(plain.name);
    return found && typeof found === 'object'
      ? resolvedExpression(found, depth + 1)
      : { node: plain, scope };
  }
  if (plain.type === 'MemberExpression' && !plain.computed) {
    const value = memberValue(plain, scope, depth);
    if (value) return resolvedExpression(value, depth + 1);
  }
  return { node: plain, scope };
}

function memberValue(
  { object, property }: babel.MemberExpression,
  scope: CodeScope,
  depth: number,
): Expression | undefined {
  const name = propertyName(property);
  if (name === undefined) return undefined;
  if (object.type === 'ThisExpression') {
    const field = scope.owner?.body.find(
      (member) => member.type === 'ClassProperty' && propertyName(member.key) === name,
    );
    const node = field?.type === 'ClassProperty' ? field.value : undefined;
    return node ? { node, scope } : undefined;
  }
  const holder = resolvedExpression({ node: object, scope }, depth + 1);
  const node = propertyValue(holder.node, name);
  return node && { node, scope: holder.scope };
}

/** What an expression may be: both branches of `a ? b : c`, else itself. */
export function alternativesOf(expression: Expression): readonly Expression[] {
  const found = resolvedExpression(expression);
  const { node, scope } = found;
  if (node.type !== 'ConditionalExpression') return [found];
  return [
    resolvedExpression({ node: node.consequent, scope }),
    resolvedExpression({ node: node.alternate, scope }),
  ];
}

/** The text that an expression gives, with holes where only the program knows; or undefined. */
export function sqlTextOf(expression: Expression, file: string, depth = 0): SqlText | undefined {
  const { node, scope } = resolvedExpression(expression, depth);
  if (depth > maxSteps) return undefined;
  const next = (inner: babel.Node) => sqlTextOf({ node: inner, scope }, file, depth + 1);
  const partOf = (inner: babel.Node) => next(inner) ?? holeFor(inner, file);
  switch (node.type) {
    case 'StringLiteral':
      return literalText(file, node.start! + 1, node.end! - 1);
    case 'NumericLiteral':
      return new SqlText(String(node.value), node.start!);
    case 'TemplateLiteral':
      return templateText(node, file, partOf);
    case 'TaggedTemplateExpression':
      return templateText(node.quasi, file, partOf);
    case 'BinaryExpression': {
      if (node.operator !== '+') return undefined;
      const sides = [next(node.left), next(node.right)];
      if (sides.every((side) => side === undefined)) return undefined;
      return SqlText.joined([partOf(node.left), partOf(node.right)]);
    }
    case 'CallExpression':
      return callText(node, scope, file, depth);
    default:
      return undefined;
  }
}

function templateText(
  { quasis, expressions }: babel.TemplateLiteral,
  file: string,
  partOf: (node: babel.Node) => SqlText,
): SqlText {
  const parts = quasis.flatMap((quasi, index) => {
    const text = literalText(file, quasi.start!, quasi.end!);
    const expression = expressions[index];
    return expression ? [text, partOf(expression)] : [text];
  });
  return SqlText.joined(parts);
}

/** `text.trim()`, `dedent(text)` and `[a, b].join(', ')` of what is known. */
function callText(
  { callee, arguments: given }: babel.CallExpression,
  scope: CodeScope,
  file: string,
  depth: number,
): SqlText | undefined {
  const next = (node: babel.Node) => sqlTextOf({ node, scope }, file, depth + 1);
  if (callee.type === 'Identifier' && callee.name === 'dedent' && given[0]) return next(given[0]);
  if (callee.type !== 'MemberExpression') return undefined;
  const method = propertyName(callee.property);
  if (method === 'trim' || method === 'toString') return next(callee.object);
  if (method !== 'join') return undefined;
  const list = resolvedExpression({ node: callee.object, scope });
  const separator = given[0] && next(given[0]);
  if (list.node.type !== 'ArrayExpression' || !separator) return undefined;
  const items = list.node.elements.map((element) =>
    element ? sqlTextOf({ node: element, scope: list.scope }, file, depth + 1) : undefined,
  );
  if (items.some((item) => item === undefined)) return undefined;
  return SqlText.joined(
    (items as SqlText[]).flatMap((item, index) => (index === 0 ? [item] : [separator, item])),
  );
}

function holeFor(node: babel.Node, file: string): SqlText {
  return SqlText.ofExpression(file.slice(node.start!, node.end!), node.start!);
}
