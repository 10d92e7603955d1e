import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { Catch, HttpException, Inject, Injectable, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EntityNotFoundError, TypeORMError } from 'typeorm';
import { Database } from '../database/database.js';
import { DualIdError } from '../errors/dual-id-error.js';
import type { ErrorCode } from '../errors/error-codes.js';
import { errorCodes } from '../errors/error-codes.js';
import { problem } from '../errors/problem.js';
import type { DualIdModuleOptions } from '../module/dual-id-options.js';
import { DUAL_ID_OPTIONS } from '../module/dual-id-options.js';
import { OverloadLog } from './overload-log.js';
import { sendProblem } from './problem-document.js';

/** Answers every error as a problem document, and lets nothing of the inside into it. */
@Injectable()
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #logger = new Logger('DualId');
  readonly #overloads = new OverloadLog(this.#logger);

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(DUAL_ID_OPTIONS) private readonly options: DualIdModuleOptions,
  ) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const error = this.#translate(exception);
    // Whoever went away gets no answer, and what that ended is no fault.
    const isGone = reply.raw.destroyed && !reply.sent;
    const isTold = isGone || error.details.isLogged;
    if (error.code === 'overloaded') this.#overloads.report();
    else if (error.status >= 500 && !isTold) this.#report(error, exception, request);
    // A stream may fail after its first bytes; the connection then tells the client.
    if (!reply.sent) sendProblem(reply, error);
  }

  #translate(exception: unknown): DualIdError {
    const error = this.database.translate(exception);
    if (error instanceof DualIdError) return error;
    if (error instanceof HttpException) return ofHttpException(error);
    if (error instanceof EntityNotFoundError) return problem('not_found', { cause: error });
    return problem(codeOfFastifyError(error) ?? 'internal', { cause: error });
  }

  /** Messages of the database may quote rows and SQL: they are logged only when `logDetails` asks for them. */
  #report(error: DualIdError, exception: unknown, request: FastifyRequest): void {
    const origin = exception instanceof Error ? exception : new Error(String(exception));
    const cause = (error.details.cause ?? origin) as Error & { code?: string };
    const ofDatabase = cause instanceof TypeORMError || /^[0-9A-Z]{5}$/.test(cause.code ?? '');
    const route = `${request.method} ${request.routeOptions?.url ?? 'unknown route'}`;
    const what = ofDatabase
      ? `database error ${cause.code ?? cause.name}`
      : (cause.stack ?? cause.name);
    this.#logger.error(`${error.code} at ${route}: ${what}`);
    if (ofDatabase && this.options.logDetails) this.#logger.debug(cause.stack ?? cause.message);
  }
}

const codeOfStatus: Readonly<Record<number, ErrorCode>> = {
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

function ofHttpException(exception: HttpException): DualIdError {
  if (exception.cause instanceof DualIdError) return exception.cause;
  const status = exception.getStatus();
  if (status >= 500 || status < 400) {
    return problem(codeOfStatus[status] ?? 'internal', { cause: exception });
  }
  // Nest's router says "Cannot GET /path" for an address that leads nowhere.
  if (status === 404 && /^Cannot [A-Z]+ /.test(exception.message))
    return problem('route_not_found');
  if (/^Body (?:is not valid JSON|cannot be empty)/.test(exception.message)) {
    return problem('malformed_json', { cause: exception });
  }
  const details = { detail: `${exception.message.replace(/\.$/, '')}.`, cause: exception };
  const code = codeOfStatus[status];
  if (code) return problem(code, details);
  // A status without a code of its own, such as 402, is kept all the same.
  return new DualIdError('bad_request', { ...errorCodes.bad_request, status }, details);
}

/** Errors of Fastify and its plugins say with a status whose fault they are. */
function codeOfFastifyError(error: unknown): ErrorCode | undefined {
  const { code, statusCode } = (error ?? {}) as { code?: string; statusCode?: unknown };
  if (!(error instanceof Error) || typeof statusCode !== 'number') return undefined;
  if (statusCode < 400 || statusCode >= 500) return undefined;
  const isJson = code === 'FST_ERR_CTP_INVALID_JSON_BODY' || code === 'FST_ERR_CTP_EMPTY_JSON_BODY';
  if (isJson || (error instanceof SyntaxError && statusCode === 400)) return 'malformed_json';
  return codeOfStatus[statusCode] ?? 'bad_request';
}
