import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import underPressure from '@fastify/under-pressure';
import { problem } from 'nest-dual-id';

const retryAfter = 1;

/**
 * Refuses new requests while the delay of the event loop exceeds a number of milliseconds. Health
 * is still reported: a process that is restarted because of its load comes back to even more of it.
 */
export async function refuseUnderPressure(
  app: NestFastifyApplication,
  maxEventLoopDelay: number,
): Promise<void> {
  await app.register(underPressure as never, {
    maxEventLoopDelay,
    pressureHandler: async ({ url }: { readonly url: string }) => {
      if (!url.startsWith('/health/')) throw problem('overloaded', { retryAfter });
    },
  });
}
