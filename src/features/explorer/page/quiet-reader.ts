import type { ApiResponse } from './api.js';
import { apiHeaders } from './key.js';
import { answerIn, offline, urlOfPath } from './api.js';

let started: Worker | undefined;

/**
 * Reads what the API may refuse. A browser writes every error response to a page into the console,
 * but not one to a worker.
 */
export async function readQuietly<Answer>(path: string): Promise<Answer> {
  const response = await askWorker(new URL(urlOfPath(path), location.href).href);
  if (response === null) throw offline();
  return answerIn(response);
}

function askWorker(url: string): Promise<ApiResponse | null> {
  started ??= new Worker(new URL('./quiet-worker.js', import.meta.url), { type: 'module' });
  const worker = started;
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    const fail = () => {
      started = undefined;
      resolve(null);
    };
    worker.addEventListener('error', fail);
    port1.addEventListener('message', ({ data }: MessageEvent<ApiResponse | null>) => {
      port1.close();
      worker.removeEventListener('error', fail);
      resolve(data);
    });
    port1.start();
    worker.postMessage({ url, headers: apiHeaders() }, [port2]);
  });
}
