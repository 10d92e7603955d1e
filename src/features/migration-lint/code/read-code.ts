import { parse } from '@babel/parser';
import type * as babel from '@babel/types';
import type { Migration } from '../migration.js';
import { bare, bindPattern, propertyName, CodeScope } from './scope.js';
import { nodesWithin, CodeWalk } from './walk.js';

/** The migrations in a file of TypeScript or JavaScript. Throws if it cannot be parsed. */
export function readCode(text: string, direction: 'up' | 'down'): Migration[] {
  const { program } = parse(text, {
    sourceType: 'unambiguous',
    plugins: ['typescript', 'decorators-legacy', 'decoratorAutoAccessors'],
    allowReturnOutsideFunction: true,
    attachComment: false,
  });
  const scope = new CodeScope();
  const imported = new Set<string>();
  for (const statement of program.body) declareAtTop(statement, scope, imported);
  return classesIn(program).flatMap((one) => {
    const method = methodOf(one, direction);
    if (!method) return [];
    const walk = new CodeWalk(text, (name) => imported.has(name));
    walk.enter(method, new CodeScope(scope, one.body), ['runner']);
    return [
      {
        name: one.id?.name ?? '',
        isInTransaction: !isFalseLiteral(classField(one, 'transaction')),
        changes: walk.changes,
      },
    ];
  });
}

/** Declares the constants, functions and imports of a file. */
function declareAtTop(statement: babel.Statement, scope: CodeScope, imported: Set<string>): void {
  const declared =
    statement.type === 'ExportNamedDeclaration' ? (statement.declaration ?? statement) : statement;
  if (declared.type === 'VariableDeclaration') {
    for (const { id, init } of declared.declarations) {
      bindPattern(id, scope, init ? { node: init, scope } : undefined);
    }
  }
  if (declared.type === 'FunctionDeclaration' && declared.id) {
    scope.bind(declared.id.name, { node: declared, scope });
  }
  const isOwn =
    declared.type === 'ImportDeclaration' && /^nest-dual-id(?:\/|$)/.test(declared.source.value);
  if (isOwn) for (const { local } of declared.specifiers) imported.add(local.name);
}

function classesIn(node: babel.Node): babel.Class[] {
  const inner = nodesWithin(node).flatMap(classesIn);
  return node.type === 'ClassDeclaration' || node.type === 'ClassExpression'
    ? [node, ...inner]
    : inner;
}

type MigrationMethod = babel.ClassMethod | babel.ArrowFunctionExpression | babel.FunctionExpression;

/** A method of a migration: one that takes the query runner. */
function methodOf(one: babel.Class, name: string): MigrationMethod | undefined {
  for (const member of one.body.body) {
    if (
      member.type === 'ClassMethod' &&
      propertyName(member.key) === name &&
      member.params.length > 0
    ) {
      return member;
    }
    if (member.type !== 'ClassProperty' || propertyName(member.key) !== name || !member.value)
      continue;
    const value = bare(member.value);
    const isCode = value.type === 'ArrowFunctionExpression' || value.type === 'FunctionExpression';
    if (isCode && value.params.length > 0) return value;
  }
  return undefined;
}

function classField(one: babel.Class, name: string): babel.Node | undefined {
  for (const member of one.body.body) {
    if (member.type === 'ClassProperty' && propertyName(member.key) === name && member.value) {
      return bare(member.value);
    }
  }
  return undefined;
}

function isFalseLiteral(node: babel.Node | undefined): boolean {
  return node?.type === 'BooleanLiteral' && !node.value;
}
