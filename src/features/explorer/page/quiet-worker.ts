import type { ApiResponse } from './api.js';

/** What the page asks for. A worker does not have the storage of the tab, and gets the headers. */
interface QuietRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Reads addresses for the page; each comes with a port for the response. */
addEventListener('message', ({ data, ports }: MessageEvent<QuietRequest>) => {
  void read(data).then((response) => ports[0]!.postMessage(response, []));
});

/** Reads an address; null if there is no response. */
async function read({ url, headers }: QuietRequest): Promise<ApiResponse | null> {
  try {
    const answer = await fetch(url, { headers });
    const body = (await answer.json().catch(() => ({}))) as ApiResponse['body'];
    return { status: answer.status, body };
  } catch {
    return null;
  }
}
