import type { OpenAPIObject } from '@nestjs/swagger';
import type { CompiledRoute } from '../http/compiled-route.js';

const schemeName = 'bearer';

/** A security requirement of an operation: the scheme, and the permissions that it asks for. */
export type Requirement = Readonly<Record<string, unknown>>;

/**
 * What an operation asks of credentials. For schemes other than OAuth, OpenAPI 3.1 lets the list
 * name roles, which are permissions here; a second requirement is that of guests. Undefined if decorators of @nestjs/swagger have to say it.
 */
export function securityOf({ policy }: CompiledRoute): readonly Requirement[] | undefined {
  if (!policy || policy.kind === 'elsewhere') return undefined;
  if (policy.kind === 'public') return [];
  const own = { [schemeName]: 'permission' in policy ? [policy.permission] : [] };
  const guest = policy.kind === 'own' ? policy.guest : undefined;
  return guest === undefined ? [own] : [own, { [schemeName]: [guest] }];
}

/** The security schemes of a document, and the one that operations ask for. */
export function withBearerScheme(
  schemes: NonNullable<OpenAPIObject['components']>['securitySchemes'] = {},
): typeof schemes {
  const scheme = {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key or another token, sent as `Authorization: Bearer <token>`.',
  } as const;
  return { [schemeName]: scheme, ...schemes };
}
