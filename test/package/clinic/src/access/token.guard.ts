import {
  CanActivate,
  ExecutionContext,
  ForbiddenException,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { roleOf } from './role.js';
import { Roles } from './roles.decorator.js';

/** Nobody without a token, and nobody instead of another role. */
@Injectable()
export class TokenGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    const role = roleOf((headers.authorization ?? '').replace(/^Bearer /, ''));
    if (!role) throw new UnauthorizedException();
    const allowed = this.reflector.get(Roles, context.getHandler());
    if (allowed && !allowed.includes(role)) throw new ForbiddenException();
    return true;
  }
}
