import { parseJsonText } from '../json.js';
import type { ApiDescription, CrawledOperation } from './api-description.js';
import type { CrawlFinding, HttpAnswer, CrawlProbe } from './exchange.js';
import { isSuccess } from './expectations.js';
import { leakFaults } from './leak-check.js';
import { locationFaults } from './location-check.js';
import type { MeasureFault, Measures } from './measures.js';
import { strayChildren } from './parent-check.js';
import { errorFaults, isPlainError } from './problem-check.js';
import { mismatches } from './structural-check.js';

/** The maximum number of characters that a finding quotes of a request line, and of a body. */
const maxLineLength = 120;

/** Everything that is wrong with one response. */
export function judge(
  probe: CrawlProbe,
  answer: HttpAnswer,
  measures: Measures,
): readonly CrawlFinding[] {
  const { name, request } = probe;
  const isProblem = answer.status >= 400 && request.method !== 'HEAD' && !probe.hasOwnErrors;
  const faults = [
    ...statusFaults(probe, answer, measures),
    ...(isProblem ? at('body', errorFaults(answer, measures)) : []),
    ...successFaults(probe, answer, measures),
    ...leakFaults(probe.request, answer, measures),
  ];
  const [route, sent] = [routeOf(probe), requestLine(probe)];
  return faults.map(({ where, what }) => ({ route, probe: name, request: sent, where, what }));
}

/** The operation a probe is for; its address if there is none. */
export function routeOf({ operation, request: { method, target } }: CrawlProbe): string {
  return operation?.key ?? `${method} ${target.split('?')[0]}`;
}

function statusFaults(
  { expected: withCodes, operation }: CrawlProbe,
  answer: HttpAnswer,
  { api }: Measures,
): MeasureFault[] {
  // Codes appear only in problem documents.
  const hasCode = !api.errors && !isPlainError(answer);
  const expected = hasCode ? withCodes : (withCodes.withoutCodes ?? withCodes);
  if (answer.status === 0) return at('status', [answer.body]);
  if (answer.status >= 500) return at('status', [`is ${answer.status}`]);
  return expected.holds(operation ? answerOf(answer, operation, api) : answer)
    ? []
    : at('status', [`is ${answer.status}, but the right response ${expected.message}`]);
}

function successFaults(probe: CrawlProbe, answer: HttpAnswer, { api }: Measures): MeasureFault[] {
  const { operation, request } = probe;
  if (!operation || !isSuccess(answer) || request.method === 'HEAD') return [];
  const { status, schema } = operation.success;
  const { location } = answer.headers;
  const shown = api.answerIn(parseJsonText(answer.body), operation);
  return [
    ...(answer.status === status
      ? []
      : at('status', [`is ${answer.status}, but ${status} is documented`])),
    ...(schema ? at('body', mismatches(parseJsonText(answer.body), schema, api)) : []),
    ...at('body', strayChildren(shown, operation, request.target)),
    ...(status === 204 && answer.body !== '' ? at('body', ['is not empty']) : []),
    ...(location === undefined ? [] : at('header location', locationFaults(location, api))),
  ];
}

/** A response without the envelope that an application puts around it. */
function answerOf(
  answer: HttpAnswer,
  operation: CrawledOperation,
  api: ApiDescription,
): HttpAnswer {
  if (!isSuccess(answer)) return answer;
  const body = parseJsonText(answer.body);
  const inside = api.answerIn(body, operation);
  return inside === body ? answer : { ...answer, body: JSON.stringify(inside) };
}

function requestLine({ request: { method, target, body } }: CrawlProbe): string {
  const line = `${method} ${target}`.slice(0, maxLineLength);
  return body === undefined ? line : `${line} ${String(body).slice(0, maxLineLength)}`;
}

function at(where: string, faults: readonly string[]): MeasureFault[] {
  return faults.map((what) => ({ where, what }));
}
