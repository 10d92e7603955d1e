import { randomBytes } from 'node:crypto';
import type { Trace } from './trace.js';

type Api = Pick<typeof import('@opentelemetry/api'), 'createTraceState' | 'isSpanContextValid'>;
type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Continues the trace of a request's headers, or begins one if they have no valid one. */
export function receivedTrace(headers: Headers, api: Api): Trace {
  const spanId = randomBytes(8).toString('hex');
  const parent = parentOf(headers['traceparent'], api);
  if (!parent) return traceFrom(randomBytes(16).toString('hex'), spanId, recorded);
  const sent = headers['tracestate'];
  const tracestate = sent === undefined ? '' : api.createTraceState(String(sent)).serialize();
  const trace = traceFrom(parent.traceId, spanId, parent.traceFlags & recorded);
  return tracestate === '' ? trace : { ...trace, tracestate };
}

/** The only flag that is defined for us to pass on: the caller may have recorded the trace. */
const recorded = 1;
const form = /^(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

function parentOf(sent: string | string[] | undefined, { isSpanContextValid }: Api) {
  const [, version, traceId, spanId, flags, rest] = form.exec(String(sent ?? '')) ?? [];
  if (traceId === undefined || (version === '00' && rest !== undefined)) return undefined;
  const parent = { traceId, spanId: spanId!, traceFlags: parseInt(flags!, 16) };
  return isSpanContextValid(parent) ? parent : undefined;
}

function traceFrom(traceId: string, spanId: string, flags: number): Trace {
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-0${flags}` };
}
