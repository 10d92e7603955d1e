import { errorCodes } from '../../../core/errors/error-codes.js';
import { plainErrorWithMessage } from '../../../core/http/error-bodies.js';
import { problemMediaType, problemSchema } from '../../../core/http/problem-document.js';
import { isRecord } from '../../../core/values/record.js';
import { parseJsonText } from '../json.js';
import { ApiDescription } from './api-description.js';
import type { HttpAnswer } from './exchange.js';
import type { CodeTable, Measures } from './measures.js';
import { mismatches } from './structural-check.js';

const noDescription = new ApiDescription({});

/**
 * What is wrong with an error response, which has to be a problem document with a documented code,
 * or have the format that the application describes instead, or that of Nest's own filters.
 */
export function errorFaults(
  answer: HttpAnswer,
  { api, codes }: Pick<Measures, 'api' | 'codes'>,
): readonly string[] {
  if (!api.errors && isPlainError(answer)) return [];
  const { mediaType, schema } = api.errors ?? { mediaType: problemMediaType };
  const type = answer.headers['content-type'] ?? 'nothing';
  if (type.split(';')[0] !== mediaType) return [`is ${type}, not ${mediaType}`];
  const body = parseJsonText(answer.body);
  if (!isRecord(body)) return ['is not JSON'];
  return schema ? mismatches(body, schema, api) : problemFaults(answer, body, codes);
}

/**
 * Whether an error has the format of Nest's own filters, which those of an application may send.
 */
export function isPlainError({ status, headers, body }: HttpAnswer): boolean {
  if (!headers['content-type']?.startsWith('application/json')) return false;
  const error = parseJsonText(body);
  const isOfStatus = isRecord(error) && error['statusCode'] === status;
  return isOfStatus && mismatches(error, plainErrorWithMessage, noDescription).length === 0;
}

function problemFaults(
  answer: HttpAnswer,
  problem: Record<string, unknown>,
  codes: CodeTable,
): readonly string[] {
  const code = String(problem['code']);
  const definition = { ...errorCodes, ...codes }[code];
  if (!definition) return [`has the code ${code}, which is not in any table`];
  const isStatus = answer.status === definition.status && problem['status'] === answer.status;
  return [
    ...mismatches(problem, problemSchema, noDescription),
    ...(isStatus ? [] : [`has the status ${answer.status}, but ${code} is ${definition.status}`]),
    ...(problem['title'] === definition.title ? [] : [`has a different title than ${code}`]),
    ...(String(problem['type']).endsWith(`:${code}`) ? [] : ['has a type that is not its code']),
    ...(String(problem['detail']).endsWith(definition.next)
      ? []
      : [`has a detail that does not end with the next step of ${code}`]),
  ];
}
