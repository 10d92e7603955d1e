import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PagedRequest } from './binding.decorators.js';
import { parentReader } from './binding.decorators.js';
import type { CompiledRoute } from './compiled-route.js';
import type { IdTranslation } from './id-translation.js';
import type { NotedInstead } from './sent-instead.js';
import { notedInstead } from './sent-instead.js';

type TranslationHook = (
  request: FastifyRequest,
  reply: FastifyReply,
  done: (error?: Error) => void,
) => void;

/** Puts public ids in place of what was sent, so that whatever follows sees only them. */
export function translateIds(
  { url, page }: CompiledRoute,
  translation: IdTranslation,
): TranslationHook {
  const parentsOf = page && parentReader(page.binding.scope);
  return (request: PagedRequest, _reply, done) => {
    const sent = notedInstead(request);
    if (!sent) return done();
    const use = (uuids: readonly string[]): void => {
      for (const [at, { put }] of sent.entries()) put(uuids[at]!);
      rewriteAddress(request, url, putParameters(sent, uuids));
      const asked = request.dualIdPage;
      const params = request.params as Record<string, string>;
      if (asked && parentsOf) request.dualIdPage = { ...asked, within: parentsOf(params) };
    };
    translation
      .translate(request, sent)
      .then(use)
      .then(() => done(), done);
  };
}

/** The address of a route with its parameters filled in. */
function addressOf(url: string, params: Readonly<Record<string, string>>): string {
  return url.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
}

function putParameters(
  sent: readonly NotedInstead[],
  uuids: readonly string[],
): ReadonlyMap<string, string> {
  return new Map(
    sent.flatMap(({ parameter }, at) => (parameter === undefined ? [] : [[parameter, uuids[at]!]])),
  );
}

/** Filters and logs of the application quote the address. */
function rewriteAddress(
  { raw, params }: FastifyRequest,
  url: string,
  parameters: ReadonlyMap<string, string>,
): void {
  const { url: sent = '' } = raw;
  const at = sent.search(/[?#]/);
  const address = addressOf(url, params as Record<string, string>);
  raw.url = at < 0 ? address : `${address}${queryWith(parameters, sent.slice(at))}`;
  const middle = raw as { originalUrl?: string };
  if (middle.originalUrl !== undefined) middle.originalUrl = raw.url;
}

/** A query in which parameters have other values. */
function queryWith(parameters: ReadonlyMap<string, string>, query: string): string {
  if (parameters.size === 0) return query;
  return query.replaceAll(/([?&])([^=&#]*)=[^&#]*/g, (whole, before: string, name: string) => {
    const [known = ''] = new URLSearchParams(name).keys();
    const value = parameters.get(known);
    return value === undefined ? whole : `${before}${name}=${value}`;
  });
}
