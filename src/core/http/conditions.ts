import type { FastifyReply, FastifyRequest } from 'fastify';
import { DualIdError } from '../errors/dual-id-error.js';
import { problem } from '../errors/problem.js';
import type { CompiledRoute } from './compiled-route.js';
import type { ListedTag } from './entity-tag.js';
import { answerText } from './enveloped-answers.js';
import { entityTag, lists, readCondition, versionsIn } from './entity-tag.js';
import { sendProblem } from './problem-document.js';

const version = Symbol('nest-dual-id:version');

type VersionedReply = FastifyReply & { [version]?: number };

const reads: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** Notes the version of what a reply shows, for its ETag. */
export function noteReplyVersion(reply: VersionedReply, shown: number | undefined): void {
  if (shown !== undefined) reply[version] = shown;
}

/**
 * The versions that the conditions of a change let through: undefined for any, none where
 * `If-None-Match` stands for what exists, since no change knows the representation before it.
 */
export function conditionOfChange({ headers }: FastifyRequest): readonly number[] | undefined {
  const match = readCondition('If-Match', headers['if-match']);
  const noneMatch = readCondition('If-None-Match', headers['if-none-match']);
  if (noneMatch === '*' || (noneMatch && versionsIn(noneMatch).length > 0)) return [];
  return match === undefined || match === '*' ? undefined : matching(match);
}

/**
 * Refuses conditions that are no tags. A route that changes something without reading conditions
 * has no version to compare: there only those pass that hold whatever the version is.
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
 * Gives an answer with a version its ETag, and answers the conditions of a read: 304 without a
 * body for what the client has, 412 for what it no longer wants.
 */
export function answerConditions(
  request: FastifyRequest,
  reply: VersionedReply,
  payload: unknown,
  done: (error: Error | null, payload?: unknown) => void,
): void {
  const isShown = reply.statusCode >= 200 && reply.statusCode < 300;
  if (!isShown || typeof payload !== 'string') return done(null, payload);
  const shown = reply[version];
  const tag = shown === undefined ? undefined : entityTag(shown, answerText(reply) ?? payload);
  const { 'if-match': match, 'if-none-match': noneMatch } = request.headers;
  if (reads.has(request.method) && (match !== undefined || noneMatch !== undefined)) {
    const wanted = readCondition('If-Match', match) ?? '*';
    if (wanted !== '*' && (shown === undefined || !matching(wanted).includes(shown))) {
      const current = shown === undefined ? {} : { currentVersion: shown };
      return done(problem('version_mismatch', current));
    }
    const known = readCondition('If-None-Match', noneMatch) ?? [];
    if (lists(known, tag)) payload = withoutBody(request, reply, payload);
  }
  if (tag !== undefined) reply.header('ETag', tag);
  done(null, payload);
}

/** The versions of a list's strong tags; a weak one is not good enough for If-Match. */
function matching(tags: readonly ListedTag[]): readonly number[] {
  return versionsIn(tags.filter(({ isWeak }) => !isWeak));
}

/** Fastify takes the body of an answer to HEAD away by itself, and keeps its length. */
function withoutBody({ method }: FastifyRequest, reply: FastifyReply, payload: string) {
  void reply.code(304);
  if (method === 'HEAD') return payload;
  void reply.removeHeader('Content-Type').removeHeader('Content-Length');
  return null;
}
