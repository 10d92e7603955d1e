import type { Ask } from './http-client.js';

/** Who calls every route, by the token they send. */
export interface MatrixTokens {
  readonly none: undefined;
  readonly garbage: string;
  readonly revoked: string;
  readonly expired: string;
  /** Of somebody with every permission, limited to a scope that no route asks for. */
  readonly narrow: string;
  /** Of somebody without permissions who owns none of the addressed rows. */
  readonly stranger: string;
  /** Of somebody without permissions who owns them. */
  readonly owner: string;
  /** Of somebody with every permission. */
  readonly staff: string;
}

/** How the routes of a document are called. */
export interface MatrixPlan {
  readonly ask: Ask;
  readonly document: { readonly paths: object };
  readonly tokens: MatrixTokens;
  /** Addresses of rows of the owner, asked for anew for every request that may use them up. */
  readonly params: (name: string, operation: string) => Promise<string>;
  /** Queries by operation, such as `GET /search`. */
  readonly queries?: Readonly<Record<string, string>>;
  /** Bodies by operation, such as `POST /notes`; a function makes one for the caller. */
  readonly bodies?: Readonly<Record<string, object | (() => Promise<object>)>>;
}

/** One request of the matrix. */
export interface MatrixCall {
  readonly key: string;
  readonly caller: keyof MatrixTokens;
  readonly expected: string;
  readonly status: number;
}

interface DescribedOperation {
  readonly security?: readonly { readonly bearer?: readonly string[] }[];
  readonly 'x-own-rows'?: boolean;
}

/** Calls every described route as every caller, and returns what was expected and what came. */
export async function accessMatrix(plan: MatrixPlan): Promise<readonly MatrixCall[]> {
  const calls: MatrixCall[] = [];
  for (const [path, item] of Object.entries(plan.document.paths)) {
    for (const [method, operation] of Object.entries(item as Record<string, DescribedOperation>)) {
      for (const caller of Object.keys(plan.tokens) as (keyof MatrixTokens)[]) {
        calls.push(await call(plan, { method: method.toUpperCase(), path, operation, caller }));
      }
    }
  }
  return calls;
}

/** The calls whose status is not the expected one, one line each. */
export function surprises(calls: readonly MatrixCall[]): readonly string[] {
  return calls
    .filter(({ expected, status }) => !matches(expected, status))
    .map(({ key, caller, expected, status }) => `${key} as ${caller}: ${status}, not ${expected}`);
}

interface MatrixRequest {
  readonly method: string;
  readonly path: string;
  readonly operation: DescribedOperation;
  readonly caller: keyof MatrixTokens;
}

async function call(plan: MatrixPlan, request: MatrixRequest): Promise<MatrixCall> {
  const { method, path, caller } = request;
  const key = `${method} ${path}`;
  let address = path;
  for (const [placeholder, name] of path.matchAll(/\{(\w+)\}/g)) {
    address = address.replace(placeholder, await plan.params(name!, key));
  }
  const token = plan.tokens[caller];
  const given = plan.bodies?.[key];
  const body = typeof given === 'function' ? await given() : given;
  const { status } = await plan.ask(method, `${address}${plan.queries?.[key] ?? ''}`, {
    ...(body && { body }),
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  return { key, caller, expected: expectedOf(request), status };
}

const unknownCallers: ReadonlySet<string> = new Set(['none', 'garbage', 'revoked', 'expired']);

/** What the description says of a caller. */
function expectedOf({ path, operation, caller }: MatrixRequest): string {
  const { security, 'x-own-rows': isOwn } = operation;
  if (security === undefined) throw new Error(`${path} says nothing of its security.`);
  const [requirement] = security;
  if (!requirement) return '2xx';
  if (unknownCallers.has(caller)) return '401';
  const [permission] = requirement.bearer ?? [];
  if (permission === undefined || caller === 'staff') return '2xx';
  if (caller === 'narrow' || !isOwn) return '403';
  return caller === 'stranger' && path.includes('{') ? '404' : '2xx';
}

function matches(expected: string, status: number): boolean {
  return expected === '2xx' ? status >= 200 && status < 300 : String(status) === expected;
}
