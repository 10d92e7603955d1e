import { Reflector } from '@nestjs/core';
import type { Role } from './role.js';

/** The only roles that may use a route; every role without it. */
export const Roles = Reflector.createDecorator<Role[]>();
