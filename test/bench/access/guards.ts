import { randomUUID } from 'node:crypto';
import type { Visit } from './samples.js';

/** Throws unless a server shows an order to its owner alone: both sides have to do the same work. */
export async function requireGuards(url: string, visit: Visit): Promise<void> {
  const { orderUuid, owner, stranger } = visit;
  for (const path of ['facts', 'owned']) {
    const address = `${url}/${path}/${orderUuid}`;
    await require(address, owner, 200);
    await require(address, stranger, 404);
    await require(address, `${owner.slice(0, -1)}_`, 401);
    await require(address, undefined, 401);
    await require(`${url}/${path}/${randomUUID()}`, owner, 404);
  }
}

async function require(address: string, token: string | undefined, status: number): Promise<void> {
  const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
  const response = await fetch(address, { headers });
  await response.arrayBuffer();
  if (response.status === status) return;
  throw new Error(`GET ${address} was answered with ${response.status}, not ${status}.`);
}
