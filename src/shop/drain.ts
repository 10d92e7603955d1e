import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/**
 * Lets a stop wait for requests and not for connections: an answer that is sent while the shop
 * stops ends its connection, which a client would otherwise keep open for more than a minute.
 */
export function closeConnectionsOnStop(app: NestFastifyApplication): () => void {
  let stopping = false;
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (stopping) void reply.header('Connection', 'close');
    done(null, payload);
  });
  return () => {
    stopping = true;
  };
}
