import type { HeaderValue } from './header-ids.js';

/** The arguments of `writeHead`. */
export interface Head {
  readonly status: number;
  readonly reason: unknown;
  readonly headers: unknown;
}

/** The headers of `writeHead(status, message?, headers?)`. */
export function headersIn({ reason, headers }: Head): unknown {
  return headers ?? (typeof reason === 'object' ? reason : undefined);
}

/**
 * The name of the first header of which something is true, in each form that Node takes: an object,
 * a list of pairs, or a flat list. A name may occur several times, and a value may be a list.
 */
export function findHeader(
  headers: unknown,
  isTrue: (name: string, value: HeaderValue) => boolean,
): string | undefined {
  if (!Array.isArray(headers)) {
    const record = (headers ?? {}) as Record<string, HeaderValue>;
    for (const name in record) if (isTrue(name, record[name])) return name;
    return undefined;
  }
  const list = headers as readonly unknown[];
  const flat = list.every(Array.isArray) ? list.flat() : list;
  for (let at = 0; at < flat.length; at += 2) {
    const name = String(flat[at]);
    if (isTrue(name, flat[at + 1] as HeaderValue)) return name;
  }
  return undefined;
}
