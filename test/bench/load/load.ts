import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runAutocannon } from './run-autocannon.js';
import { runWrk } from './run-wrk.js';

/** A program that makes load. */
export type Generator = 'wrk' | 'autocannon';

/** One run of the load generator. */
export interface LoadRequest {
  readonly url: string;
  /**
   * File of requests, one a line: method, path, the JSON body of a POST and, if one is sent, the
   * API key, between tabs.
   */
  readonly requests: string;
  /** Line the run begins at, so that runs do not repeat each other. */
  readonly offset: number;
  readonly connections: number;
  readonly seconds: number;
}

/** What a run measured. */
export interface LoadResult {
  /** Answers per second. */
  readonly rate: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly answers: number;
  /** Answers with a status of 400 or above. */
  readonly refused: number;
  /** Broken connections and time-outs. */
  readonly broken: number;
}

/** Runs load against one server, in a process of its own. */
export function runLoad(generator: Generator, request: LoadRequest): Promise<LoadResult> {
  return generator === 'wrk' ? runWrk(request) : runAutocannon(request);
}

/** wrk costs the two cores of a small machine least; autocannon comes with npm. */
export function availableGenerator(): Generator {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.some((folder) => existsSync(join(folder, 'wrk'))) ? 'wrk' : 'autocannon';
}
