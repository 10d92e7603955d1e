import { isInternalIdName } from '../ids/id-names.js';
import { looksNumeric } from '../ids/ids.js';

/** A header value as Node takes it. */
export type HeaderValue = number | string | readonly string[] | undefined;

type HeaderKind = 'id' | 'address' | 'refresh' | 'cookie' | 'other';

const kindByHeader = new Map<string, HeaderKind>();
/** The maximum number of names to remember, because an application may make them up. */
const maxNames = 1_000;

const addresses: ReadonlySet<string> = new Set(['location', 'content-location', 'link']);
/** Ids of requests and connections identify no rows. */
const technical =
  /(?:request|correlation|trace|span|session|connection|event|message|amz-cf)-?ids?$/;

/**
 * Whether a header carries something that looks like an internal id: a number under the name of an
 * id, in an address on this host, or in a cookie with such a name or path.
 */
export function carriesNumber(name: string, value: HeaderValue, host: string | undefined): boolean {
  const kind = kindByHeader.get(name) ?? learn(name);
  if (kind === 'other') return false;
  const texts = [value].flat().map(String);
  if (kind === 'id') return texts.flatMap((text) => text.split(',')).some(isNumericText);
  if (kind === 'cookie') return texts.some(isNumberInCookie);
  if (kind === 'refresh') return texts.some((text) => namesNumber(refreshed(text), host));
  return texts.flatMap(addressesIn).some((address) => namesNumber(address, host));
}

/** Whether an address on this host has a number where a public id belongs. */
export function namesNumber(address: string, host: string | undefined): boolean {
  const own = `http://${host ?? 'localhost'}`;
  // The client chooses the name of the host, which must not switch the check off.
  const base = URL.canParse(own) ? own : 'http://localhost';
  if (!URL.canParse(address, base)) return address.split(/[/?#]/).some(looksNumeric);
  const url = new URL(address, base);
  // Another port of this host may be hidden behind a proxy.
  if (url.hostname !== new URL(base).hostname) return false;
  if (url.pathname.split('/').some(looksNumeric)) return true;
  return [...url.searchParams].some(
    ([name, value]) => isInternalIdName(name) && looksNumeric(value),
  );
}

function learn(name: string): HeaderKind {
  const kind = headerKindOf(name.toLowerCase());
  if (kindByHeader.size < maxNames) kindByHeader.set(name, kind);
  return kind;
}

function headerKindOf(name: string): HeaderKind {
  if (addresses.has(name)) return 'address';
  if (name === 'set-cookie') return 'cookie';
  if (name === 'refresh') return 'refresh';
  return /(?:^|[-_])(?:ids?|pks?|uids?)$/.test(name) && !technical.test(name) ? 'id' : 'other';
}

/** A number may be quoted. */
function isNumericText(text: string): boolean {
  return looksNumeric(text.replaceAll('"', '').trim());
}

function isNumberInCookie(cookie: string): boolean {
  const [, name = '', value = ''] = /^([^=;]*)=([^;]*)/.exec(cookie) ?? [];
  const [, path = ''] = /;\s*path\s*=([^;]*)/i.exec(cookie) ?? [];
  if (path.trim().split('/').some(looksNumeric)) return true;
  return isInternalIdName(name.trim()) && valuesInCookie(value).some(isNumericText);
}

/** A signed cookie, `42.c2ln` or `s:42.c2ln`, shows its value as well. */
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
