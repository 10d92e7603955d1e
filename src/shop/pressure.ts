import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import underPressure from '@fastify/under-pressure';
import { problem } from 'nest-dual-id';

const retryAfter = 1;

/**
 * Refuses new requests while the event loop runs later than so many milliseconds. Health is told all the
 * same: a process that is restarted for its load comes back to more of it.
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
