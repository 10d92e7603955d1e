import type { ApiDescription } from '../crawl/api-description.js';
import type { CrawlProbe } from '../crawl/exchange.js';
import { answered, expectRefused } from '../crawl/expectations.js';
import { fillTemplate } from '../crawl/path-template.js';
import type { Ground } from './ground.js';
import { attack } from './ground.js';

const everyMethod = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND'];

/** Methods a path does not have, and invalid addresses. */
export function protocolProbes(ground: Ground): readonly CrawlProbe[] {
  const { operation, params, api } = ground;
  const target = fillTemplate(operation.path, params);
  const odd = [`${target}/%zz`, `${target}%`, `${target}/..%c0%af`, `/${target}`, `${target}//`];
  return [
    ...undeclaredMethods(api, operation.path).map((method) =>
      protocolProbe('undeclared-method', method, target),
    ),
    protocolProbe('unknown-method', 'NONSENSE', target),
    { ...protocolProbe('options', 'OPTIONS', target), expected: answered },
    ...odd.map((address) => protocolProbe('malformed-address', operation.method, address)),
    attack(ground, 'malformed-query', { query: 'a=%zz&%=1&=&&', expected: answered }),
    ...(operation.method === 'GET' ? [head(ground)] : []),
  ];
}

/** HEAD gets the same response as GET, without the body. */
function head(ground: Ground): CrawlProbe {
  const probe = attack(ground, 'head', {
    expected: { message: 'has no body', holds: ({ body }) => body === '' },
  });
  return { ...probe, request: { ...probe.request, method: 'HEAD' } };
}

function undeclaredMethods(api: ApiDescription, path: string): readonly string[] {
  const declared = new Set(
    api.operations.filter((operation) => operation.path === path).map(({ method }) => method),
  );
  return everyMethod.filter((method) => !declared.has(method));
}

function protocolProbe(name: string, method: string, target: string): CrawlProbe {
  return { name, operation: undefined, request: { method, target }, expected: expectRefused() };
}
