import type { ApiDescription } from '../crawl/api-description.js';
import type { Probe } from '../crawl/exchange.js';
import { answered, refused } from '../crawl/expectations.js';
import { fill } from '../crawl/path-template.js';
import type { Ground } from './ground.js';
import { attack } from './ground.js';

const everyMethod = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND'];

/** Methods a path does not have, and addresses that are none. */
export function protocolProbes(ground: Ground): readonly Probe[] {
  const { operation, params, api } = ground;
  const target = fill(operation.path, params);
  const odd = [`${target}/%zz`, `${target}%`, `${target}/..%c0%af`, `/${target}`, `${target}//`];
  return [
    ...undeclared(api, operation.path).map((method) => bare('undeclared-method', method, target)),
    bare('unknown-method', 'NONSENSE', target),
    { ...bare('options', 'OPTIONS', target), expected: answered },
    ...odd.map((address) => bare('malformed-address', operation.method, address)),
    attack(ground, 'malformed-query', { query: 'a=%zz&%=1&=&&', expected: answered }),
    ...(operation.method === 'GET' ? [head(ground)] : []),
  ];
}

/** A HEAD is answered as its GET is, without the body. */
function head(ground: Ground): Probe {
  const probe = attack(ground, 'head', {
    expected: { says: 'has no body', holds: ({ body }) => body === '' },
  });
  return { ...probe, request: { ...probe.request, method: 'HEAD' } };
}

function undeclared(api: ApiDescription, path: string): readonly string[] {
  const declared = new Set(
    api.operations.filter((operation) => operation.path === path).map(({ method }) => method),
  );
  return everyMethod.filter((method) => !declared.has(method));
}

function bare(name: string, method: string, target: string): Probe {
  return { name, operation: undefined, request: { method, target }, expected: refused() };
}
