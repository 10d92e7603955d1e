import { readFileSync } from 'node:fs';
import autocannon from 'autocannon';
import type { LoadRequest, LoadResult } from './load.js';

/** Requests that one connection goes round in; together the connections ask for all different ids. */
const ofOneConnection = 500;

const request = JSON.parse(process.argv[2]!) as LoadRequest;
const lines = readFileSync(request.requests, 'utf8').trimEnd().split('\n');
let next = request.offset;

const result = await autocannon({
  url: request.url,
  connections: request.connections,
  duration: request.seconds,
  // The same list for all connections would make all of them ask for the same id at once.
  setupClient: (client) => client.setRequests(Array.from({ length: ofOneConnection }, take)),
});

const { latency, requests, non2xx, errors, timeouts, duration } = result;
const measured: LoadResult = {
  rate: requests.total / duration,
  p50: latency.p50,
  p99: latency.p99,
  answers: requests.total,
  refused: non2xx,
  broken: errors + timeouts,
};
process.stdout.write(JSON.stringify(measured));

function take(): autocannon.Request {
  const [method, path, body, key] = lines[next++ % lines.length]!.split('\t');
  const headers = {
    ...(body && { 'content-type': 'application/json' }),
    ...(key && { authorization: `Bearer ${key}` }),
  };
  return { method: method as 'GET' | 'POST', path: path!, headers, ...(body && { body }) };
}
