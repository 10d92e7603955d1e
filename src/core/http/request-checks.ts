import type { FastifyRequest } from 'fastify';
import type { InputClass } from '../body/body-fields.js';
import { checkBody } from '../body/body-guard.js';
import { DualIdError } from '../errors/dual-id-error.js';
import { refusal } from '../errors/problem.js';
import { publicIdFault } from '../ids/id-faults.js';
import { parsePublicId } from '../ids/ids.js';
import type { RawQuery } from '../page/read-page-query.js';
import { readPageQuery } from '../page/read-page-query.js';
import { isSlug } from '../reading/addresses.js';
import type { PagedRequest } from './binding.decorators.js';
import { parentReader } from './binding.decorators.js';
import { checkQuery, queryOfPage } from './query-checks.js';
import type { CompiledRoute } from './compiled-route.js';
import { isForm, listNamesOf, parsedBody } from './form-body.js';
import type { PlainParamRule } from './plain-parameters.js';
import { isPlainValue } from './plain-parameters.js';
import { sendProblem } from './problem-document.js';
import type { IdTranslation } from './id-translation.js';
import { noteInBody, noteInPath, noteInQuery } from './sent-instead.js';
import { routeVersionOf } from './route-version.js';
import type { RequestHook } from './hooks.js';

type RequestCheck = (request: FastifyRequest) => DualIdError | undefined;
/**
 * Checks path and query before authentication and before any I/O. It runs as a Fastify hook and
 * sends the response itself, because an exception thrown in a Nest guard halves the throughput.
 */
export function checkAddress(route: CompiledRoute): RequestHook {
  const { plainParameters, page, translation } = route;
  const check = page ? pageCheck(route, page) : queryCheck(route);
  return (request, reply, done) => {
    const error =
      checkPath(request, route) ??
      checkPlain(request.params as Record<string, string>, plainParameters) ??
      noteInQuery(translation, request) ??
      check(request);
    if (error) sendProblem(reply, error);
    else done();
  };
}

/**
 * Checks a parsed body, whether the handler declares it or not, before validation and before
 * authentication.
 */
export function checkInput(
  input: InputClass | undefined,
  values: number,
  translation?: IdTranslation,
): RequestHook {
  const lists = listNamesOf(input);
  return (request, reply, done) => {
    if (request.body === undefined) return done();
    const refused = isForm(request) ? undefined : noteInBody(translation, request);
    const error = refused ?? checkBody(parsedBody(request, lists), input, values);
    if (error) sendProblem(reply, error);
    else done();
  };
}

function checkPath(
  request: FastifyRequest,
  { pathParameters, translation }: CompiledRoute,
): DualIdError | undefined {
  const params = request.params as Record<string, string>;
  for (const { name, versions } of pathParameters) {
    if (versions === undefined) {
      if (!isSlug(params[name] ?? '')) return refusal('not_found');
      continue;
    }
    const uuid = parsePublicId(params[name], versions);
    if (uuid !== undefined) {
      params[name] = uuid;
      continue;
    }
    const noted = noteInPath(translation, request, name);
    if (noted !== 'noted') return noted ?? malformedId(name, params[name]);
  }
  return undefined;
}

function malformedId(parameter: string, value: unknown): DualIdError {
  const errors = [{ parameter, detail: publicIdFault(value) }];
  return refusal('malformed_public_id', { errors });
}

function pageCheck(
  compiled: CompiledRoute,
  { plan, binding }: NonNullable<CompiledRoute['page']>,
): RequestCheck {
  const { method, url } = compiled;
  const parentsOf = parentReader(binding.scope);
  // HEAD responds as GET does, and takes its cursors.
  const route = `${method === 'HEAD' ? 'GET' : method} ${url}`;
  const checkNames = queryCheck(compiled);
  return (request) => {
    const refused = checkNames(request);
    if (refused) return refused;
    try {
      const asked = readPageQuery(queryOfPage(request.query as RawQuery, compiled), plan);
      const within = parentsOf(request.params as Record<string, string>);
      const version = routeVersionOf(request);
      const named = version === null ? route : `${route} ${String(version)}`;
      (request as PagedRequest).dualIdPage = { ...asked, within, route: named };
      return undefined;
    } catch (error) {
      if (error instanceof DualIdError) return error;
      throw error;
    }
  };
}

function queryCheck(route: CompiledRoute): RequestCheck {
  return (request) => checkQuery(request.query as Record<string, string>, route);
}

function checkPlain(
  params: Record<string, string>,
  rules: ReadonlyMap<string, PlainParamRule>,
): DualIdError | undefined {
  for (const [name, rule] of rules) {
    if (!isPlainValue(params[name] ?? '', rule)) return refusal('not_found');
  }
  return undefined;
}
