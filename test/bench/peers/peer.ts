import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** The peers, by the letters of the table. */
export const peerNames = {
  ours: 'nest-dual-id',
  a: '(a) Fastify + pg',
  b: '(b) Nest + TypeORM, ids exposed',
  c: '(c) Nest + TypeORM + @Exclude',
  d: '(d) Nest from memory',
  e: '(e) @dataui/crud',
  oursGuarded: 'nest-dual-id with access',
  aGuarded: '(a) Fastify + pg with access',
} as const;

/** One server under measurement. */
export type PeerName = keyof typeof peerNames;

/** What a peer is started with. */
export interface PeerOptions {
  readonly databaseUrl: string;
  /** Rows that the peer without a database answers from. */
  readonly orders: readonly OrderRow[];
}

/** An order as E1 shows one. */
export interface OrderRow {
  readonly uuid: string;
  readonly userUuid: string;
  readonly number: number;
  readonly status: string;
  readonly dayOfWeek: number;
  readonly hourOfDay: number;
  readonly createdAt: string;
}

/** Of every pool: who waits for the others keeps its connections, as a server under load does. */
export const steadyPool = { idleTimeoutMillis: 0 };

/** Starts a peer and answers its address. */
export type Serve = (options: PeerOptions) => Promise<string>;

/** Listens on a free port of the loopback. */
export async function listen(app: NestFastifyApplication): Promise<string> {
  await app.listen(0, '127.0.0.1');
  return app.getUrl();
}
