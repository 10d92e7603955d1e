import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DualIdError } from '../errors/dual-id-error.js';
import type { PagedRequest } from './binding.decorators.js';
import { parentReader } from './binding.decorators.js';
import type { CompiledRoute } from './compiled-route.js';
import type { IdTranslation } from './id-translation.js';

const sentKey = Symbol('nest-dual-id:sent-instead');

type TranslatedRequest = PagedRequest & { [sentKey]?: Map<string, string> };

type TranslationHook = (
  request: FastifyRequest,
  reply: FastifyReply,
  done: (error?: Error) => void,
) => void;

/**
 * Notes what a path has in place of a public id, to be translated once the caller is known. Returns
 * undefined if the text is not accepted, or why it is refused.
 */
export function noteInstead(
  translation: IdTranslation | undefined,
  request: TranslatedRequest,
  parameter: string,
): 'noted' | DualIdError | undefined {
  const text = (request.params as Record<string, string>)[parameter];
  if (!translation?.parameters.has(parameter) || text === undefined) return undefined;
  const accepted = translation.accepts(parameter, text);
  if (typeof accepted === 'object') return accepted;
  if (!accepted) return undefined;
  (request[sentKey] ??= new Map()).set(parameter, text);
  return 'noted';
}

/** Puts public ids in place of what was sent, so that whatever follows sees only them. */
export function translatePath(
  { url, page }: CompiledRoute,
  translation: IdTranslation,
): TranslationHook {
  const parentsOf = page && parentReader(page.binding.scope);
  return (request: TranslatedRequest, _reply, done) => {
    const sent = request[sentKey];
    if (!sent) return done();
    const params = request.params as Record<string, string>;
    const use = (uuids: ReadonlyMap<string, string>): void => {
      for (const [parameter, uuid] of uuids) params[parameter] = uuid;
      rewriteAddress(request, url);
      const asked = request.dualIdPage;
      if (asked && parentsOf) request.dualIdPage = { ...asked, within: parentsOf(params) };
    };
    translation
      .translate(request, sent)
      .then(use)
      .then(() => done(), done);
  };
}

/** The address of a route with its parameters filled in. */
export function addressOf(url: string, params: Readonly<Record<string, string>>): string {
  return url.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
}

/** Filters and logs of the application quote the address. */
function rewriteAddress({ raw, params }: FastifyRequest, url: string): void {
  const { url: sent = '' } = raw;
  const at = sent.search(/[?#]/);
  const address = addressOf(url, params as Record<string, string>);
  raw.url = at < 0 ? address : `${address}${sent.slice(at)}`;
  const middle = raw as { originalUrl?: string };
  if (middle.originalUrl !== undefined) middle.originalUrl = raw.url;
}
