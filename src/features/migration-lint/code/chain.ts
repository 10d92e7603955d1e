import type * as babel from '@babel/types';
import { bare, propertyName } from './scope.js';
import type { CodeScope } from './scope.js';

/** Properties and methods one after the other that begin at the query runner. */
export interface Chain {
  readonly root: 'runner' | 'manager';
  /** Their names: `['manager', 'query']`. */
  readonly path: readonly string[];
  /** Whether one of them is called. */
  readonly isCalled: boolean;
  /** The arguments of all calls in it. */
  readonly given: readonly babel.Node[];
}

/** The chain that an expression is, if it begins at the query runner. */
export function chainOf(node: babel.Node, scope: CodeScope): Chain | undefined {
  const path: string[] = [];
  const given: babel.Node[] = [];
  let isCalled = false;
  let at = bare(node);
  for (;;) {
    if (at.type === 'CallExpression' || at.type === 'OptionalCallExpression') {
      isCalled = true;
      given.unshift(...at.arguments);
      at = bare(at.callee);
    } else if (at.type === 'MemberExpression' || at.type === 'OptionalMemberExpression') {
      path.unshift((at.computed ? undefined : propertyName(at.property)) ?? '?');
      at = bare(at.object);
    } else if (at.type === 'Identifier') {
      const root = scope.find(at.name);
      return root === 'runner' || root === 'manager' ? { root, path, isCalled, given } : undefined;
    } else return undefined;
  }
}
