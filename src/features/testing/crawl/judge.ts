import { parseJson } from '../json.js';
import type { ApiDescription, Operation } from './api-description.js';
import type { Finding, HttpAnswer, Probe } from './exchange.js';
import { isSuccess } from './expectations.js';
import { leakFaults } from './leak-check.js';
import { locationFaults } from './location-check.js';
import type { Fault, Measures } from './measures.js';
import { strayChildren } from './parent-check.js';
import { errorFaults, isPlainError } from './problem-check.js';
import { mismatches } from './structural-check.js';

/** The maximum number of characters of a request line, and of a body, that a finding quotes. */
const longestLine = 120;

/** Everything that is wrong with one answer. */
export function judge(probe: Probe, answer: HttpAnswer, measures: Measures): readonly Finding[] {
  const { name, request } = probe;
  const isProblem = answer.status >= 400 && request.method !== 'HEAD' && !probe.hasOwnErrors;
  const faults = [
    ...statusFaults(probe, answer, measures),
    ...(isProblem ? at('body', errorFaults(answer, measures)) : []),
    ...successFaults(probe, answer, measures),
    ...leakFaults(probe.request, answer, measures),
  ];
  const [route, sent] = [routeOf(probe), describe(probe)];
  return faults.map(({ where, what }) => ({ route, probe: name, request: sent, where, what }));
}

/** The operation a probe is for; without one, its address. */
export function routeOf({ operation, request: { method, target } }: Probe): string {
  return operation?.key ?? `${method} ${target.split('?')[0]}`;
}

function statusFaults(
  { expected: usual, operation }: Probe,
  answer: HttpAnswer,
  { api }: Measures,
): Fault[] {
  // Codes stand in problems alone.
  const hasCode = !api.errors && !isPlainError(answer);
  const expected = hasCode ? usual : (usual.withoutCodes ?? usual);
  if (answer.status === 0) return at('status', [answer.body]);
  if (answer.status >= 500) return at('status', [`is ${answer.status}`]);
  return expected.holds(operation ? answerOf(answer, operation, api) : answer)
    ? []
    : at('status', [`is ${answer.status}, but the right answer ${expected.says}`]);
}

function successFaults(probe: Probe, answer: HttpAnswer, { api }: Measures): Fault[] {
  const { operation, request } = probe;
  if (!operation || !isSuccess(answer) || request.method === 'HEAD') return [];
  const { status, schema } = operation.success;
  const { location } = answer.headers;
  const shown = api.answerIn(parseJson(answer.body), operation);
  return [
    ...(answer.status === status
      ? []
      : at('status', [`is ${answer.status}, but ${status} is documented`])),
    ...(schema ? at('body', mismatches(parseJson(answer.body), schema, api)) : []),
    ...at('body', strayChildren(shown, operation, request.target)),
    ...(status === 204 && answer.body !== '' ? at('body', ['is not empty']) : []),
    ...(location === undefined ? [] : at('header location', locationFaults(location, api))),
  ];
}

/** An answer without the envelope that an application puts around it. */
function answerOf(answer: HttpAnswer, operation: Operation, api: ApiDescription): HttpAnswer {
  if (!isSuccess(answer)) return answer;
  const body = parseJson(answer.body);
  const inside = api.answerIn(body, operation);
  return inside === body ? answer : { ...answer, body: JSON.stringify(inside) };
}

function describe({ request: { method, target, body } }: Probe): string {
  const line = `${method} ${target}`.slice(0, longestLine);
  return body === undefined ? line : `${line} ${String(body).slice(0, longestLine)}`;
}

function at(where: string, faults: readonly string[]): Fault[] {
  return faults.map((what) => ({ where, what }));
}
