import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import type { Release } from './workspaces.rows.js';
import { workspaceEntities } from './workspaces.entities.js';
import type { Workspace } from './workspaces.operations.js';
import { WorkspaceOperations } from './workspaces.operations.js';

const clients = 3;
const mostOfClient = 6;

/** Clients of the workspaces' application, which write down what was acknowledged. */
export class WorkspaceWriter {
  readonly failures: string[] = [];
  readonly #spaces = new Set<Workspace>();
  readonly #people = new Set<string>();
  #releases: readonly WorkspaceOperations[] = [];
  readonly #under = new Map<Release, WorkspaceOperations>();
  readonly #underWay = new Set<Promise<void>>();
  #served = 0;
  #numbers = 0;
  #isOver = false;
  #ended: Promise<unknown> = Promise.resolve();

  private constructor(private readonly sources: readonly DataSource[]) {}

  static async start(url: string): Promise<WorkspaceWriter> {
    const sources: DataSource[] = [];
    const writer = new WorkspaceWriter(sources);
    for (const release of ['numbers', 'uuids'] as const) {
      const entities = workspaceEntities(release);
      const options = { type: 'postgres', url, poolSize: clients } as const;
      const source = new DataSource({ ...options, entities: Object.values(entities) });
      sources.push(await source.initialize());
      writer.#under.set(release, new WorkspaceOperations(source, entities, release));
    }
    await writer.use('numbers');
    writer.#ended = Promise.all(Array.from({ length: clients }, () => writer.#work()));
    return writer;
  }

  /** Runs these releases from now on, or nothing; ends when what was under way has ended. */
  async use(...releases: readonly Release[]): Promise<void> {
    this.#releases = releases.map((release) => this.#under.get(release)!);
    await Promise.all(this.#underWay);
  }

  /** Waits until so many more operations are done. */
  async served(count: number): Promise<void> {
    const end = this.#served + count;
    while (this.#served < end && this.failures.length === 0) await sleep(10);
  }

  async stop(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    await this.#ended;
    await Promise.all(this.sources.map((source) => source.destroy()));
  }

  /** What has to be in the tables, as lines. */
  lines(): string[] {
    const ofSpaces = [...this.#spaces].flatMap(({ name, roles, safes, requests }) => [
      `space|${name}`,
      ...[...roles].map(([email, role]) => `member|${name}|${email}|${role}`),
      ...[...safes].map((address) => `safe|${name}|1|${address}`),
      ...[...requests].map(([address, { by, status }]) =>
        [`request|${name}|${by}|${address}|${status}`, ...(status > 0 ? [by] : [])].join('|'),
      ),
    ]);
    const ofPeople = [...this.#people].map((email) => `wallet|${email}|0x${email}`);
    return [...ofSpaces, ...ofPeople].toSorted();
  }

  async #work(): Promise<void> {
    const own: Workspace[] = [];
    while (!this.#isOver) {
      await sleep(2);
      const release = this.#releases[Math.floor(Math.random() * this.#releases.length)];
      if (release === undefined) continue;
      const work = this.#operate(release, own).catch((error: unknown) => {
        this.failures.push(String(error));
      });
      this.#underWay.add(work);
      await work;
      this.#underWay.delete(work);
      this.#served += 1;
    }
  }

  async #operate(release: WorkspaceOperations, own: Workspace[]): Promise<void> {
    const space = own[Math.floor(Math.random() * own.length)];
    const number = (this.#numbers += 1);
    if (space === undefined || (own.length < mostOfClient && number % 7 === 0)) {
      const made = await release.create(`w ${number}`, this.#person(number));
      own.push(made);
      this.#spaces.add(made);
      return;
    }
    const [member] = space.roles.keys();
    const [safe] = space.safes;
    const pending = [...space.requests].find(([, { status }]) => status === 0);
    const choices: (() => Promise<unknown>)[] = [
      () => release.invite(space, `user${1 + (number % 400)}@seed`, number % 4),
      () => release.invite(space, this.#person(number), 2),
      () => release.addSafe(space, safe !== undefined && number % 3 === 0 ? safe : `0x${number}`),
      () => release.request(space, this.#person(number), `0x${number}`),
      () => release.rename(space, `w ${number}`),
      ...(member === undefined ? [] : [() => release.leave(space, member)]),
      ...(safe === undefined ? [] : [() => release.removeSafe(space, safe)]),
      ...(pending === undefined ? [] : [() => release.review(space, pending[1].by, pending[0])]),
      ...(number % 5 > 0 ? [] : [() => this.#delete(release, space, own)]),
    ];
    await choices[Math.floor(Math.random() * choices.length)]!();
  }

  /** Somebody who is new, and counts from now on. */
  #person(number: number): string {
    const email = `w${number}@writer`;
    this.#people.add(email);
    return email;
  }

  async #delete(release: WorkspaceOperations, space: Workspace, own: Workspace[]): Promise<void> {
    await release.delete(space);
    own.splice(own.indexOf(space), 1);
    this.#spaces.delete(space);
  }
}
