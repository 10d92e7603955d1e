import type { FastifyReply, FastifyRequest } from 'fastify';
import { DualIdError } from '../errors/dual-id-error.js';
import { problem } from '../errors/problem.js';
import type { CompiledRoute } from './compiled-route.js';
import type { ListedTag } from './entity-tag.js';
import { answerText } from './enveloped-answers.js';
import { entityTag, lists, readCondition, versionsIn } from './entity-tag.js';
import { sendProblem } from './problem-document.js';

const replyVersion = Symbol('nest-dual-id:version');

type VersionedReply = FastifyReply & { [replyVersion]?: number };

const reads: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** Records the version that a reply shows, for its ETag. */
export function noteReplyVersion(reply: VersionedReply, shown: number | undefined): void {
  if (shown !== undefined) reply[replyVersion] = shown;
}

/**
 * The versions that the conditions of a change allow: undefined for any, none where
 * `If-None-Match` names an existing representation, since no change knows the one before it.
 */
export function conditionOfChange({ headers }: FastifyRequest): readonly number[] | undefined {
  const match = readCondition('If-Match', headers['if-match']);
  const noneMatch = readCondition('If-None-Match', headers['if-none-match']);
  if (noneMatch === '*' || (noneMatch && versionsIn(noneMatch).length > 0)) return [];
  return match === undefined || match === '*' ? undefined : strongVersions(match);
}

/**
 * Refuses conditions that are not valid tags. A route that changes something without reading
 * conditions has no version to compare, so it accepts only conditions that hold for any version.
 */
export function checkConditions({ takesIfMatch }: CompiledRoute) {
  return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const { headers, method } = request;
    if (headers['if-match'] === undefined && headers['if-none-match'] === undefined) return done();
    try {
      const versions = conditionOfChange(request);
      const isBlind = !takesIfMatch && !reads.has(method);
      if (isBlind && versions !== undefined) throw problem('version_mismatch');
      done();
    } catch (error) {
      if (!(error instanceof DualIdError)) throw error;
      sendProblem(reply, error);
    }
  };
}

/**
 * Adds the ETag to a response with a version, and applies the conditions of a read: 304 without a
 * body for a copy the client has, 412 for one it no longer wants.
 */
export function answerConditions(
  request: FastifyRequest,
  reply: VersionedReply,
  payload: unknown,
  done: (error: Error | null, payload?: unknown) => void,
): void {
  const isShown = reply.statusCode >= 200 && reply.statusCode < 300;
  if (!isShown || typeof payload !== 'string') return done(null, payload);
  const shown = reply[replyVersion];
  const tag = shown === undefined ? undefined : entityTag(shown, answerText(reply) ?? payload);
  const { 'if-match': match, 'if-none-match': noneMatch } = request.headers;
  if (reads.has(request.method) && (match !== undefined || noneMatch !== undefined)) {
    const wanted = readCondition('If-Match', match) ?? '*';
    if (wanted !== '*' && (shown === undefined || !strongVersions(wanted).includes(shown))) {
      const current = shown === undefined ? {} : { currentVersion: shown };
      return done(problem('version_mismatch', current));
    }
    const known = readCondition('If-None-Match', noneMatch) ?? [];
    if (lists(known, tag)) payload = withoutBody(request, reply, payload);
  }
  if (tag !== undefined) reply.header('ETag', tag);
  done(null, payload);
}

/** The versions of a list's strong tags; If-Match does not accept weak ones. */
function strongVersions(tags: readonly ListedTag[]): readonly number[] {
  return versionsIn(tags.filter(({ isWeak }) => !isWeak));
}

/** Fastify removes the body of a response to HEAD on its own, and keeps its length. */
function withoutBody({ method }: FastifyRequest, reply: FastifyReply, payload: string) {
  void reply.code(304);
  if (method === 'HEAD') return payload;
  void reply.removeHeader('Content-Type').removeHeader('Content-Length');
  return null;
}
