import type * as babel from '@babel/types';
import { schemaChange, startingAt } from '../change.js';
import type { SchemaChange } from '../change.js';
import { changesInQuery } from '../sql/changes.js';
import { argumentOf } from './plain-value.js';
import { callChanges } from './runner-calls.js';
import { bare, bindPattern, propertyName, CodeScope } from './scope.js';
import { chainOf } from './chain.js';
import type { Chain } from './chain.js';
import { alternativesOf, resolvedExpression, sqlTextOf } from './values.js';
import type { Expression } from './values.js';

/** Functions whose calls are not followed, for they are the library's own safe steps. */
export type IsKnown = (name: string) => boolean;

type CodeFunction =
  | babel.ClassMethod
  | babel.ObjectMethod
  | babel.FunctionDeclaration
  | babel.FunctionExpression
  | babel.ArrowFunctionExpression;

/** Properties of the query runner with methods that reach the database. */
const leadsOn = new Set(['manager', 'connection', 'dataSource']);

const maxCalls = 8;
const maxChanges = 20_000;

/** Follows the code of a migration in its order and collects what it changes. */
export class CodeWalk {
  readonly changes: SchemaChange[] = [];
  private depth = 0;

  constructor(
    private readonly file: string,
    private readonly isKnown: IsKnown,
  ) {}

  /** Follows a function whose parameters are bound. */
  enter(
    { params, body }: CodeFunction,
    scope: CodeScope,
    given: readonly (Expression | 'runner')[],
  ): void {
    if (this.depth >= maxCalls || this.changes.length > maxChanges) return;
    const inner = new CodeScope(scope);
    for (const [index, param] of params.entries()) {
      const value = given[index];
      if (value !== 'runner') bindPattern(param, inner, value);
      else if (param.type === 'Identifier') inner.bind(param.name, 'runner');
    }
    this.depth += 1;
    this.visit(body, inner);
    this.depth -= 1;
  }

  private visit(node: babel.Node, scope: CodeScope): void {
    switch (node.type) {
      case 'CallExpression':
      case 'OptionalCallExpression':
        return this.call(node as babel.CallExpression, scope);
      case 'NewExpression':
        return this.construction(node, scope);
      case 'BlockStatement':
        return this.children(node, new CodeScope(scope));
      case 'VariableDeclarator':
        if (node.init) this.visit(node.init, scope);
        return this.declare(node, scope);
      case 'AssignmentExpression':
        return this.assign(node, scope);
      case 'ForOfStatement':
        return this.loop(node, scope);
      case 'FunctionDeclaration':
        if (node.id) scope.bind(node.id.name, { node, scope });
        return undefined;
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        return this.enter(node, scope, []);
      default:
        return this.children(node, scope);
    }
  }

  private children(node: babel.Node, scope: CodeScope): void {
    for (const child of nodesWithin(node)) this.visit(child, scope);
  }

  private declare({ id, init }: babel.VariableDeclarator, scope: CodeScope): void {
    const chain = init ? chainOf(bare(init), scope) : undefined;
    const isAlias = chain !== undefined && !chain.isCalled && id.type === 'Identifier';
    if (isAlias && chain.path.length === 0) return scope.bind(id.name, 'runner');
    if (isAlias && leadsOn.has(chain.path.at(-1) ?? '')) return scope.bind(id.name, 'manager');
    bindPattern(id, scope, init ? { node: init, scope } : undefined);
  }

  private assign({ left, operator, right }: babel.AssignmentExpression, scope: CodeScope): void {
    this.visit(right, scope);
    if (left.type !== 'Identifier') return;
    scope.rebind(left.name, operator === '=' ? { node: right, scope } : undefined);
  }

  /** A loop over a list that the file spells out runs once for each of its elements. */
  private loop({ left, right, body }: babel.ForOfStatement, scope: CodeScope): void {
    this.visit(right, scope);
    const pattern = left.type === 'VariableDeclaration' ? left.declarations[0]!.id : left;
    this.each({ node: right, scope }, (element) => {
      const inner = new CodeScope(scope);
      bindPattern(pattern, inner, element);
      this.visit(body, inner);
    });
  }

  private each(list: Expression, run: (element: Expression | undefined) => void): void {
    const { node, scope } = resolvedExpression(list);
    if (node.type !== 'ArrayExpression') return run(undefined);
    for (const element of node.elements)
      if (element) run(resolvedExpression({ node: element, scope }));
  }

  private call(node: babel.CallExpression, scope: CodeScope): void {
    const chain = chainOf(node, scope);
    if (chain) return this.runnerCall(node, chain, scope);
    if (this.followed(node, scope)) return;
    this.visit(node.callee, scope);
    for (const argument of node.arguments) this.visit(argument, scope);
  }

  /** A call of a method of the query runner, or of what it leads to. */
  private runnerCall(node: babel.CallExpression, chain: Chain, scope: CodeScope): void {
    for (const argument of chain.given) this.visit(argument, scope);
    const method = chain.path.at(-1) ?? '';
    const at = node.start!;
    if (method === 'query') return this.query(node, scope);
    if (method === 'synchronize') return void this.changes.push(this.made('synchronize', at));
    if (chain.path.length > 1 || chain.root === 'manager') return this.unread(node);
    const given = node.arguments.map((one) => argumentOf({ node: one, scope }, this.file));
    this.changes.push(...callChanges({ method, at, given }));
  }

  private query(node: babel.CallExpression, scope: CodeScope): void {
    const [sql] = node.arguments;
    const alternatives = sql ? alternativesOf({ node: sql, scope }) : [];
    const texts = alternatives.map((one) => sqlTextOf(one, this.file));
    if (texts.length === 0 || texts.includes(undefined)) return this.unread(node);
    for (const text of texts) {
      const changes = text ? changesInQuery(text) : [];
      this.changes.push(...changes.map((change) => startingAt(change, node.start!)));
    }
  }

  /** Follows a function or method of the file that is given the query runner. */
  private followed(node: babel.CallExpression, scope: CodeScope): boolean {
    const { callee, arguments: given } = node;
    if (callee.type === 'MemberExpression' && this.listCall(node, callee, scope)) return true;
    if (!given.some((argument) => isRunner(argument, scope))) return false;
    const target = this.target(callee, scope);
    if (target && this.depth < maxCalls) {
      const values = given.map((one) => (isRunner(one, scope) ? 'runner' : { node: one, scope }));
      this.enter(target.node, target.scope, values);
      return true;
    }
    const name = callee.type === 'Identifier' ? callee.name : '';
    if (!this.isKnown(name)) this.unread(node);
    return true;
  }

  private target(
    callee: babel.Node,
    scope: CodeScope,
  ): { readonly node: CodeFunction; readonly scope: CodeScope } | undefined {
    const isOwn = callee.type === 'MemberExpression' && callee.object.type === 'ThisExpression';
    if (isOwn) {
      const name = propertyName(callee.property);
      const method = scope.owner?.body.find(
        (member) => member.type === 'ClassMethod' && propertyName(member.key) === name,
      );
      if (method?.type === 'ClassMethod') return { node: method, scope };
    }
    const { node, scope: place } = resolvedExpression({ node: callee, scope });
    return isFunction(node) ? { node, scope: place } : undefined;
  }

  /** `list.forEach(…)` and `list.map(…)` of a list that the file spells out. */
  private listCall(
    { arguments: given }: babel.CallExpression,
    { object, property }: babel.MemberExpression,
    scope: CodeScope,
  ): boolean {
    const [callback] = given;
    if (!['forEach', 'map'].includes(propertyName(property) ?? '')) return false;
    if (callback === undefined || !isFunction(callback)) return false;
    this.each({ node: object, scope }, (element) => {
      this.enter(callback, scope, element ? [element] : []);
    });
    return true;
  }

  private construction(node: babel.NewExpression, scope: CodeScope): void {
    if (node.arguments.some((argument) => isRunner(argument, scope))) return this.unread(node);
    this.children(node, scope);
  }

  private unread(node: babel.Node): void {
    const unread = this.file.slice(node.start!, node.end!);
    this.changes.push({ ...this.made('unread', node.start!), unread });
  }

  private made(kind: 'unread' | 'synchronize', at: number): SchemaChange {
    return schemaChange(kind, at, { starts: [at] });
  }
}

function isRunner(node: babel.Node, scope: CodeScope): boolean {
  const chain = chainOf(bare(node), scope);
  return chain !== undefined && !chain.isCalled;
}

function isFunction(node: babel.Node): node is CodeFunction {
  return /^(?:FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type);
}

/** The nodes within a node, in the order of the file. */
export function nodesWithin(node: babel.Node): babel.Node[] {
  const found: babel.Node[] = [];
  for (const [key, value] of Object.entries(node) as [string, unknown][]) {
    if (/Comments$|^loc$|^extra$|^typeAnnotation$|^typeParameters$/.test(key)) continue;
    for (const one of Array.isArray(value) ? value : [value]) if (isNode(one)) found.push(one);
  }
  return found.toSorted((one, other) => (one.start ?? 0) - (other.start ?? 0));
}

function isNode(value: unknown): value is babel.Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}
