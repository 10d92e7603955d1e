import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { HttpException, Injectable } from '@nestjs/common';
import { inspectBody } from '../body/body-inspection.js';
import type { FieldError } from '../errors/dual-id-error.js';
import { problem } from '../errors/problem.js';
import { isInternalIdName, isPublicIdName } from '../ids/id-names.js';
import { uuidVersionOf } from '../ids/ids.js';
import { problemOf } from './problem-document.js';
import { internalNameFault, publicIdFault } from '../ids/id-faults.js';

/** The parts of a request that the guard reads. */
interface GuardedRequest {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

/**
 * The request checks as an ordinary Nest guard, for one controller of an application that does not
 * use `DualIdModule`: path parameters named `uuid` or `...Uuid` must be UUIDs, and names of
 * internal ids are refused in path, query and body. It runs after middleware, not before it.
 */
@Injectable()
export class PublicIdGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const { params = {}, query = {}, body } = context.switchToHttp().getRequest<GuardedRequest>();
    const names: FieldError[] = [...Object.keys(params), ...Object.keys(query)]
      .filter(isInternalIdName)
      .map((parameter) => ({ parameter, detail: internalNameFault }));
    names.push(...inspectBody(body, { values: Infinity }).names);
    if (names.length > 0) throw guardRefusal('internal_id_refused', names);
    const ids = Object.entries(params).flatMap(([name, value]) => malformedFields(name, value));
    if (ids.length > 0) throw guardRefusal('malformed_public_id', ids);
    return true;
  }
}

/** An application without the library's filter sends the document as is. */
function guardRefusal(
  code: 'internal_id_refused' | 'malformed_public_id',
  errors: readonly FieldError[],
): HttpException {
  const cause = problem(code, { errors });
  return new HttpException(problemOf(cause), cause.status, { cause });
}

function malformedFields(parameter: string, value: string): FieldError[] {
  if (!isPublicIdName(parameter)) return [];
  if (uuidVersionOf(value.toLowerCase()) !== undefined) return [];
  return [{ parameter, detail: publicIdFault(value) }];
}
