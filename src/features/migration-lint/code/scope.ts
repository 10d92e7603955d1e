import type * as babel from '@babel/types';

/** What a name stands for: an expression in its scope, the query runner, or nothing known. */
export type NameBinding =
  { readonly node: babel.Node; readonly scope: CodeScope } | 'runner' | 'manager' | undefined;

/** The names that a piece of code can use. */
export class CodeScope {
  private readonly bindings = new Map<string, NameBinding>();

  constructor(
    private readonly outer?: CodeScope,
    /** The class of the code, for `this`. */
    readonly owner: babel.ClassBody | undefined = outer?.owner,
  ) {}

  /** Gives a name a meaning, here. */
  bind(name: string, binding: NameBinding): void {
    this.bindings.set(name, binding);
  }

  /** Gives a name another meaning where it was declared. */
  rebind(name: string, binding: NameBinding): void {
    if (this.bindings.has(name) || !this.outer) this.bindings.set(name, binding);
    else this.outer.rebind(name, binding);
  }

  /** What a name means. */
  find(name: string): NameBinding {
    return this.bindings.has(name) ? this.bindings.get(name) : this.outer?.find(name);
  }
}

/** Declares what a pattern takes from an expression: `x`, or `{ a, b }` of an object. */
export function bindPattern(
  pattern: babel.Node,
  scope: CodeScope,
  value: { readonly node: babel.Node; readonly scope: CodeScope } | undefined,
): void {
  if (pattern.type === 'Identifier') return scope.bind(pattern.name, value);
  if (pattern.type === 'AssignmentPattern') {
    return bindPattern(pattern.left, scope, value ?? { node: pattern.right, scope });
  }
  if (pattern.type === 'ObjectPattern') {
    for (const property of pattern.properties) {
      if (property.type !== 'ObjectProperty' || property.key.type !== 'Identifier') continue;
      const node = value && propertyValue(value.node, property.key.name);
      bindPattern(property.value, scope, node && value && { node, scope: value.scope });
    }
  }
  if (pattern.type === 'ArrayPattern') {
    for (const [index, element] of pattern.elements.entries()) {
      const node =
        value?.node.type === 'ArrayExpression'
          ? (value.node.elements[index] ?? undefined)
          : undefined;
      if (element) bindPattern(element, scope, node && value && { node, scope: value.scope });
    }
  }
}

/** The value of a property in an object literal. */
export function propertyValue(node: babel.Node, name: string): babel.Node | undefined {
  const object = bare(node);
  if (object.type !== 'ObjectExpression') return undefined;
  for (const property of object.properties) {
    if (property.type === 'ObjectProperty' && propertyName(property.key) === name)
      return property.value;
  }
  return undefined;
}

/** The name of a property or method. */
export function propertyName(key: babel.Node): string | undefined {
  if (key.type === 'Identifier') return key.name;
  return key.type === 'StringLiteral' ? key.value : undefined;
}

/** An expression without what only TypeScript sees: `x as T`, `x!`, `(x)`. */
export function bare(node: babel.Node): babel.Node {
  switch (node.type) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'ParenthesizedExpression':
      return bare(node.expression);
    case 'AwaitExpression':
      return bare(node.argument);
    default:
      return node;
  }
}
