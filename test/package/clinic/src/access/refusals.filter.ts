import {
  ArgumentsHost,
  Catch,
  ExceptionFilter,
  ForbiddenException,
  UnauthorizedException,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ProblemFilter } from 'nest-dual-id';
import { Refusals } from './refusals.js';

/** Records every refusal and leaves the answer to the library. */
@Catch(UnauthorizedException, ForbiddenException)
export class RefusalsFilter implements ExceptionFilter {
  constructor(
    private readonly problems: ProblemFilter,
    private readonly refusals: Refusals,
  ) {}

  catch(
    exception: UnauthorizedException | ForbiddenException,
    host: ArgumentsHost,
  ): unknown {
    const { method, url } = host.switchToHttp().getRequest<FastifyRequest>();
    this.refusals.add({ status: exception.getStatus(), method, path: url });
    return this.problems.answer(exception, host);
  }
}
