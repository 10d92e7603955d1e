import type { HttpException } from '@nestjs/common';
import type { ErrorDetails } from '../errors/dual-id-error.js';
import { DualIdError } from '../errors/dual-id-error.js';
import type { ErrorCode } from '../errors/error-codes.js';
import { errorCodes } from '../errors/error-codes.js';
import { keepsMessage } from '../errors/keep-message.js';
import { problem } from '../errors/problem.js';
import type { ExceptionMessages } from '../options/error-format.js';

/** The library's default code for each status. */
export const codeOfStatus: Readonly<Record<number, ErrorCode>> = {
  400: 'bad_request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'request_timeout',
  409: 'conflict',
  410: 'gone',
  412: 'version_mismatch',
  413: 'body_too_large',
  414: 'uri_too_long',
  415: 'unsupported_media_type',
  422: 'rule_violated',
  429: 'too_many_requests',
  503: 'unavailable',
};

/** Turns a Nest exception into an error of the library; its message is dropped unless kept. */
export function ofHttpException(
  exception: HttpException,
  messages: ExceptionMessages = 'drop',
): DualIdError {
  if (exception.cause instanceof DualIdError) return exception.cause;
  const status = exception.getStatus();
  if (status < 400) return problem('internal', { cause: exception });
  // Nest's router says "Cannot GET /path" for an address that leads nowhere.
  if (status === 404 && /^Cannot [A-Z]+ /.test(exception.message))
    return problem('route_not_found');
  if (/^Body (?:is not valid JSON|cannot be empty)/.test(exception.message)) {
    return problem('malformed_json', { cause: exception });
  }
  const isKept = keepsMessage(exception) || (messages === 'keep' && isDeliberate(status));
  const details = { ...(isKept ? exceptionWords(exception) : {}), cause: exception };
  return errorOf(status, isKept ? ownCodeOf(exception) : undefined, details);
}

/** Other server errors are rarely thrown for a client to read. */
function isDeliberate(status: number): boolean {
  return status < 500 || status === 503;
}

function errorOf(status: number, own: string | undefined, details: ErrorDetails): DualIdError {
  const code = codeOfStatus[status] ?? (status >= 500 ? 'internal' : 'bad_request');
  // A status without its own code, such as 402, is kept anyway.
  const isOther = codeOfStatus[status] === undefined && status < 500;
  if (own === undefined && !isOther) return problem(code, details);
  return new DualIdError(own ?? code, { ...errorCodes[code], status }, details);
}

interface ExceptionBody {
  readonly message?: unknown;
  readonly code?: unknown;
  readonly errorCode?: unknown;
  /** The findings of @nestjs/terminus, by the name of the indicator. */
  readonly details?: unknown;
}

function bodyOf(exception: HttpException): ExceptionBody {
  const body: unknown = exception.getResponse();
  return typeof body === 'object' && body !== null ? body : { message: body };
}

/** A message becomes the detail, a list of messages the errors. */
function exceptionWords(exception: HttpException): ErrorDetails {
  const { message, details } = bodyOf(exception);
  const list = Array.isArray(message) ? message.map(String) : indicatorsIn(details);
  if (list.length > 0) return { errors: list.map((detail) => ({ detail })) };
  return { detail: `${exception.message.replace(/\.$/, '')}.` };
}

function indicatorsIn(details: unknown): string[] {
  if (typeof details !== 'object' || details === null) return [];
  return Object.entries(details).flatMap(([name, found]) => {
    const { status } = (found ?? {}) as { readonly status?: unknown };
    return typeof status === 'string' ? [`${name} is ${status}`] : [];
  });
}

function ownCodeOf(exception: HttpException): string | undefined {
  const { code, errorCode } = bodyOf(exception);
  return [code, errorCode].find((own): own is string => {
    return typeof own === 'string' && /^[A-Za-z][\w.-]{0,63}$/.test(own);
  });
}

/** The status of errors from Fastify and its plugins shows whose fault they are. */
export function codeOfFastifyError(error: unknown): ErrorCode | undefined {
  const { code, statusCode } = (error ?? {}) as { code?: string; statusCode?: unknown };
  if (!(error instanceof Error) || typeof statusCode !== 'number') return undefined;
  if (statusCode < 400 || statusCode >= 500) return undefined;
  const isJson = code === 'FST_ERR_CTP_INVALID_JSON_BODY' || code === 'FST_ERR_CTP_EMPTY_JSON_BODY';
  if (isJson || (error instanceof SyntaxError && statusCode === 400)) return 'malformed_json';
  return codeOfStatus[statusCode] ?? 'bad_request';
}
