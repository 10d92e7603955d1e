import { createParamDecorator } from '@nestjs/common';
import { currentPrincipal } from '../access/access-context.js';

/** Passes the handler who makes the request; undefined on a public route. */
export const CurrentPrincipal = createParamDecorator(() => currentPrincipal());
