import { isInternalIdName, looksNumeric } from '../ids/ids.js';

/** Value of a header as Node takes it. */
export type HeaderValue = number | string | readonly string[] | undefined;

type Kind = 'id' | 'address' | 'refresh' | 'cookie' | 'other';

const kinds = new Map<string, Kind>();
/** Names come from the application, which may make them up. */
const mostNames = 1_000;

const addresses: ReadonlySet<string> = new Set(['location', 'content-location', 'link']);
/** Ids of requests and connections are nobody's rows. */
const technical =
  /(?:request|correlation|trace|span|session|connection|event|message|amz-cf)-?ids?$/;

/**
 * Whether a header carries what an internal id looks like: a number under the name of an id, as the
 * part of an address on this host, or in a cookie with such a name.
 */
export function carriesNumber(name: string, value: HeaderValue, host: string | undefined): boolean {
  const kind = kinds.get(name) ?? learn(name);
  if (kind === 'other') return false;
  const texts = [value].flat().map(String);
  if (kind === 'id') return texts.flatMap((text) => text.split(',')).some(isNumber);
  if (kind === 'cookie') return texts.some(isNumberInCookie);
  if (kind === 'refresh') return texts.some((text) => namesNumber(refreshed(text), host));
  return texts.flatMap(addressesIn).some((address) => namesNumber(address, host));
}

/** Whether an address on this host has a number where a public id is due. */
export function namesNumber(address: string, host: string | undefined): boolean {
  const base = `http://${host ?? 'localhost'}`;
  if (!URL.canParse(address, base)) return false;
  const url = new URL(address, base);
  // Another port of this host may be the one that a proxy hides.
  if (url.hostname !== new URL(base).hostname) return false;
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
  if (name === 'refresh') return 'refresh';
  return /(?:^|[-_])(?:ids?|pks?|uids?)$/.test(name) && !technical.test(name) ? 'id' : 'other';
}

/** A number may stand in quotes. */
function isNumber(text: string): boolean {
  return looksNumeric(text.replaceAll('"', '').trim());
}

function isNumberInCookie(cookie: string): boolean {
  const [, name = '', value = ''] = /^([^=;]*)=([^;]*)/.exec(cookie) ?? [];
  return isInternalIdName(name.trim()) && valuesInCookie(value).some(isNumber);
}

/** One that is signed, `42.c2ln` or `s:42.c2ln`, shows its value as well. */
function valuesInCookie(value: string): string[] {
  const [text = ''] = decoded(value).replace(/^s:/, '').split('.');
  return text.split(',');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `Link` puts addresses into angle brackets. */
function addressesIn(value: string): string[] {
  const linked = [...value.matchAll(/<([^>]*)>/g)].map(([, address]) => address!);
  return linked.length > 0 ? linked : [value];
}

/** The address behind a time, `5; url="/orders"`. */
function refreshed(value: string): string {
  const [, address = ''] = /^[\s\d.]*[;,]?\s*(?:url\s*=)?\s*(.*)$/is.exec(value) ?? [];
  return address.trim().replace(/^(["'])(.*)\1$/, '$2');
}
