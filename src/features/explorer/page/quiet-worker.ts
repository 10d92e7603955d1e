import type { ApiResponse } from './api.js';

/** Reads addresses for the page; each comes with a port for the response. */
addEventListener('message', ({ data, ports }: MessageEvent<string>) => {
  void read(data).then((response) => ports[0]!.postMessage(response, []));
});

/** Reads an address; null if there is no response. */
async function read(url: string): Promise<ApiResponse | null> {
  try {
    const answer = await fetch(url, { headers: { accept: 'application/json' } });
    const body = (await answer.json().catch(() => ({}))) as ApiResponse['body'];
    return { status: answer.status, body };
  } catch {
    return null;
  }
}
