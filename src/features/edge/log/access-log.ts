import type { Exchange } from '../exchange.js';
import { loadOptional } from '../optional-package.js';
import type { EdgeLogOptions } from './log.options.js';

/**
 * Returns what writes one line of JSON for each response. It names its fields one by one: no
 * address, header or body is among them, and so neither a secret nor an internal id.
 */
export async function accessLog({
  destination,
}: EdgeLogOptions): Promise<(exchange: Exchange) => void> {
  const load = () => import('pino');
  const { pino } = await loadOptional('pino', load, 'set log: false');
  const options = {
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (level: string) => ({ level }) },
  };
  const logger = destination
    ? pino(options, destination as import('pino').DestinationStream)
    : pino(options);
  return (exchange) => logger.info(lineOf(exchange));
}

function lineOf({ trace, milliseconds, isAborted, ...exchange }: Exchange): object {
  return {
    requestId: exchange.requestId,
    traceId: trace?.traceId,
    spanId: trace?.spanId,
    method: exchange.method,
    route: exchange.route,
    status: exchange.status,
    milliseconds: Math.round(milliseconds * 10) / 10,
    bytes: exchange.bytes,
    keyUuid: exchange.keyUuid,
    principalUuid: exchange.principalUuid,
    aborted: isAborted,
  };
}
