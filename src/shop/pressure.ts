import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import underPressure from '@fastify/under-pressure';
import { problem } from 'nest-dual-id';

/** Milliseconds by which the event loop may run late before new requests are refused. */
const maxEventLoopDelay = 1_000;
const retryAfter = 1;

/**
 * Refuses new requests while the process cannot keep up with those it has. Health is told all the
 * same: a process that is restarted for its load comes back to more of it.
 */
export async function refuseUnderPressure(app: NestFastifyApplication): Promise<void> {
  await app.register(underPressure as never, {
    maxEventLoopDelay,
    pressureHandler: async ({ url }: { readonly url: string }) => {
      if (!url.startsWith('/health/')) throw problem('overloaded', { retryAfter });
    },
  });
}
