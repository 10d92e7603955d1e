import { isInternalIdName, looksNumeric } from '../ids/ids.js';

/** Value of a header as Node takes it. */
export type HeaderValue = number | string | readonly string[] | undefined;

type Kind = 'id' | 'address' | 'cookie' | 'other';

const kinds = new Map<string, Kind>();
/** Names come from the application, which may make them up. */
const mostNames = 1_000;

const addresses: ReadonlySet<string> = new Set(['location', 'content-location', 'link', 'refresh']);
/** Ids of requests and connections are nobody's rows. */
const technical = /(?:request|correlation|trace|span|session|connection|event|message|amz-cf)-?id$/;

/**
 * Whether a header carries what an internal id looks like: a number under the name of an id, as the
 * part of an address on this host, or in a cookie with such a name.
 */
export function carriesNumber(name: string, value: HeaderValue, host: string | undefined): boolean {
  const kind = kinds.get(name) ?? learn(name);
  if (kind === 'other') return false;
  const texts = [value].flat().map(String);
  if (kind === 'id') return texts.some((text) => looksNumeric(text.replaceAll('"', '')));
  if (kind === 'cookie') return texts.some(isNumberInCookie);
  return texts.flatMap(addressesIn).some((address) => namesNumber(address, host));
}

/** Whether an address on this host has a number where a public id is due. */
export function namesNumber(address: string, host: string | undefined): boolean {
  const base = `http://${host ?? 'localhost'}`;
  if (!URL.canParse(address, base)) return false;
  const url = new URL(address, base);
  if (url.host !== new URL(base).host) return false;
  if (url.pathname.split('/').some(looksNumeric)) return true;
  return [...url.searchParams].some(
    ([name, value]) => isInternalIdName(name) && looksNumeric(value),
  );
}

function learn(name: string): Kind {
  const kind = kindOf(name.toLowerCase());
  if (kinds.size < mostNames) kinds.set(name, kind);
  return kind;
}

function kindOf(name: string): Kind {
  if (addresses.has(name)) return 'address';
  if (name === 'set-cookie') return 'cookie';
  return /(?:^|[-_])id$/.test(name) && !technical.test(name) ? 'id' : 'other';
}

function isNumberInCookie(cookie: string): boolean {
  const [, name = '', value = ''] = /^([^=;]*)=([^;]*)/.exec(cookie) ?? [];
  return isInternalIdName(name.trim()) && looksNumeric(value.trim());
}

/** `Link` puts addresses into angle brackets, `Refresh` one behind a time. */
function addressesIn(value: string): string[] {
  const linked = [...value.matchAll(/<([^>]*)>/g)].map(([, address]) => address!);
  if (linked.length > 0) return linked;
  return [/^\s*\d+\s*;\s*url=(.*)$/i.exec(value)?.[1] ?? value];
}
