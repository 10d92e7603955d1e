import type { FastifyReply, FastifyRequest } from 'fastify';
import { checkBody } from '../body/body-guard.js';
import { mostErrors } from '../body/body-inspection.js';
import type { FieldError } from '../errors/dual-id-error.js';
import { DualIdError } from '../errors/dual-id-error.js';
import { refusal } from '../errors/problem.js';
import { isInternalIdName, looksNumeric, parsePublicId } from '../ids/ids.js';
import type { RawQuery } from '../page/read-page-query.js';
import { readPageQuery } from '../page/read-page-query.js';
import { isSlug } from '../repository/addresses.js';
import type { PagedRequest } from './binding.decorators.js';
import { parentReader } from './binding.decorators.js';
import type { CompiledRoute, PathParameter } from './compiled-route.js';
import { sendProblem } from './problem-document.js';

type Check = (request: FastifyRequest) => DualIdError | undefined;
type Hook = (request: FastifyRequest, reply: FastifyReply, done: () => void) => void;

/**
 * Checks path and query before authentication and before any I/O. It runs as a Fastify hook and
 * answers by itself, because an exception thrown in a Nest guard costs half the throughput.
 */
export function checkAddress(route: CompiledRoute): Hook {
  const { pathParameters, page } = route;
  const checkQuery = page ? pageCheck(route, page) : checkQueryNames;
  return (request, reply, done) => {
    const error =
      checkPath(request.params as Record<string, string>, pathParameters) ?? checkQuery(request);
    if (error) sendProblem(reply, error);
    else done();
  };
}

/** Checks the body before validation and before authentication. */
export function checkInput(input: new () => object, values: number): Hook {
  return (request, reply, done) => {
    const error = checkBody(request.body, input, values);
    if (error) sendProblem(reply, error);
    else done();
  };
}

function checkPath(
  params: Record<string, string>,
  parameters: readonly PathParameter[],
): DualIdError | undefined {
  for (const { name, versions } of parameters) {
    if (versions === undefined) {
      if (!isSlug(params[name] ?? '')) return refusal('not_found');
      continue;
    }
    const uuid = parsePublicId(params[name], versions);
    if (uuid === undefined) return malformed(name, params[name]);
    params[name] = uuid;
  }
  return undefined;
}

function malformed(parameter: string, value: unknown): DualIdError {
  const detail = looksNumeric(value) ? 'is a number; public ids are UUIDs' : 'is not a public id';
  return refusal('malformed_public_id', { errors: [{ parameter, detail }] });
}

function pageCheck(
  { method, url }: CompiledRoute,
  { plan, binding }: NonNullable<CompiledRoute['page']>,
): Check {
  const parentsOf = parentReader(binding.scope);
  // HEAD answers as GET does, and takes its cursors.
  const route = `${method === 'HEAD' ? 'GET' : method} ${url}`;
  return (request) => {
    const names = checkQueryNames(request);
    if (names) return names;
    try {
      const asked = readPageQuery(request.query as RawQuery, plan);
      const within = parentsOf(request.params as Record<string, string>);
      (request as PagedRequest).dualIdPage = { ...asked, within, route };
      return undefined;
    } catch (error) {
      if (error instanceof DualIdError) return error;
      throw error;
    }
  };
}

function checkQueryNames({ query }: FastifyRequest): DualIdError | undefined {
  const errors: FieldError[] = Object.keys(query as RawQuery)
    .filter(isInternalIdName)
    .slice(0, mostErrors)
    .map((parameter) => ({ parameter, detail: 'has the name of an internal id' }));
  return errors.length > 0 ? refusal('internal_id_refused', { errors }) : undefined;
}
