import { ContextVariable } from '../../core/database/context-variable.js';

/** Where the running work stands in a trace (W3C Trace Context). */
export interface Trace {
  /** 32 hexadecimal digits, the same for everything that one request of a user causes. */
  readonly traceId: string;
  /** 16 hexadecimal digits, which name this request within the trace. */
  readonly spanId: string;
  /** The header of this name for outgoing calls. */
  readonly traceparent: string;
  /** The header of this name for outgoing calls, if the caller sent a valid one. */
  readonly tracestate?: string;
}

const traces = new ContextVariable<Trace>();

/** Runs work that belongs to a trace. */
export function withinTrace<T>(trace: Trace | undefined, work: () => T): T {
  return traces.run(trace, work);
}

/** The trace of the request that the running work is for; undefined outside of requests. */
export function currentTrace(): Trace | undefined {
  return traces.get();
}
