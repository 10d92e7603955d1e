import { readFileSync } from 'node:fs';

interface Reply {
  readonly status: number;
  readonly body: string;
}

/**
 * Throws unless a server does for every experiment what it is compared for: serve the owner, refuse
 * whoever has no valid key, and have nothing for another user.
 */
export async function requireGuards(
  url: string,
  requests: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [id, file] of Object.entries(requests)) {
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    const line = lines[0]!;
    const key = keyOf(line);
    const stranger = lines.map(keyOf).find((other) => other !== key);
    const replies = {
      owner: await send(url, line, key),
      nobody: await send(url, line, undefined),
      'a wrong key': await send(url, line, `${key.slice(0, -1)}_`),
      'another user': await send(url, line, stranger),
    };
    const isServed = replies.owner.status < 300 && !isEmptyPage(replies.owner);
    const isRefused = replies.nobody.status === 401 && replies['a wrong key'].status === 401;
    if (isServed && isRefused && showsNothing(replies['another user'])) continue;
    throw new Error(`${url} does not guard ${id}: ${JSON.stringify(replies)}`);
  }
}

function showsNothing(reply: Reply): boolean {
  return reply.status === 404 || reply.status === 422 || isEmptyPage(reply);
}

function isEmptyPage({ status, body }: Reply): boolean {
  return status === 200 && body.startsWith('{"items":[]');
}

function keyOf(line: string): string {
  return line.split('\t')[3]!;
}

async function send(url: string, line: string, key: string | undefined): Promise<Reply> {
  const [method, path, body] = line.split('\t');
  const headers = {
    ...(body && { 'content-type': 'application/json' }),
    ...(key && { authorization: `Bearer ${key}` }),
  };
  const sent = { method: method!, headers, ...(body && { body }) };
  const response = await fetch(`${url}${path}`, sent);
  return { status: response.status, body: await response.text() };
}
