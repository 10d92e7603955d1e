import { newPublicId } from 'nest-dual-id';
import type { DataSource, EntityManager } from 'typeorm';
import { IsNull } from 'typeorm';
import type { WorkspaceEntities } from './workspaces.entities.js';
import type { Release } from './workspaces.rows.js';

/** A workspace as its owner knows it: what was acknowledged, and nothing else. */
export interface Workspace {
  name: string;
  readonly roles: Map<string, number>;
  readonly safes: Set<string>;
  readonly requests: Map<string, { readonly by: string; status: number }>;
}

/** What the application does, in the statements that TypeORM makes for it. */
export class WorkspaceOperations {
  constructor(
    private readonly dataSource: DataSource,
    private readonly entities: WorkspaceEntities,
    private readonly release: Release,
  ) {}

  async create(name: string, email: string): Promise<Workspace> {
    const user = await this.#person(this.dataSource.manager, email);
    await this.dataSource.transaction((manager) =>
      manager.save(this.entities.space, {
        name,
        status: 1,
        members: [{ name: `${name} creator`, role: 1, status: 1, user }],
      }),
    );
    return { name, roles: new Map([[email, 1]]), safes: new Set(), requests: new Map() };
  }

  /** Invites somebody, or changes the role of who is there. */
  async invite({ name, roles }: Workspace, email: string, role: number): Promise<void> {
    const { member } = this.entities;
    await this.dataSource.transaction(async (manager) => {
      const [space, user] = [await this.#space(manager, name), await this.#person(manager, email)];
      const found = await manager.findOne(member, { where: { user, space } });
      const values = { name: email, role, status: 0, user, space };
      if (found) await manager.update(member, found.id, { role });
      else await manager.insert(member, values);
      await manager.query(
        'INSERT INTO space_audit_log (space_id, event_type, actor_user_id) VALUES ($1, $2, 1)',
        [space.id, 'MEMBER_INVITED'],
      );
    });
    roles.set(email, role);
  }

  async leave({ name, roles }: Workspace, email: string): Promise<void> {
    const { member } = this.entities;
    const { manager } = this.dataSource;
    const [space, user] = [await this.#space(manager, name), await this.#person(manager, email)];
    const found = await manager.findOneOrFail(member, { where: { user, space } });
    await manager.delete(member, found.id);
    roles.delete(email);
  }

  /** Adds an account, which is refused where it is there. */
  async addSafe({ name, safes }: Workspace, address: string): Promise<void> {
    const { manager } = this.dataSource;
    const space = await this.#space(manager, name);
    const isThere = safes.has(address);
    const isAdded = await manager.insert(this.entities.safe, { chainId: '1', address, space }).then(
      () => true,
      (error: { code?: string }) => {
        if (error.code !== '23505') throw error;
        return false;
      },
    );
    if (isAdded === isThere) throw new Error(`${address} was ${isThere ? 'added twice' : 'lost'}`);
    safes.add(address);
  }

  async removeSafe({ name, safes }: Workspace, address: string): Promise<void> {
    const { manager } = this.dataSource;
    const space = await this.#space(manager, name);
    const where = { space, chainId: '1', address, addressIndex: IsNull() };
    const found = await manager.findOneOrFail(this.entities.safe, { where });
    await manager.delete(this.entities.safe, found.id);
    safes.delete(address);
  }

  async request({ name, requests }: Workspace, by: string, address: string): Promise<void> {
    const { manager } = this.dataSource;
    const [space, requestedBy] = [
      await this.#space(manager, name),
      await this.#person(manager, by),
    ];
    const made = { address, name: address, status: 0, space, requestedBy };
    const { identifiers } = await manager.insert(this.entities.request, made);
    const where = { id: identifiers[0]!['id'] as string, space };
    const relations = { requestedBy: true };
    const row = await manager.findOneOrFail(this.entities.request, { where, relations });
    if (row.requestedBy.key !== requestedBy.key) throw new Error(`${address} is of somebody else`);
    requests.set(address, { by, status: 0 });
  }

  /** Approves or rejects what is pending. */
  async review({ name, requests }: Workspace, by: string, address: string): Promise<void> {
    const { manager } = this.dataSource;
    const [space, reviewedBy] = [await this.#space(manager, name), await this.#person(manager, by)];
    const changed = await manager.update(
      this.entities.request,
      { address, space, status: 0 },
      { status: 1, reviewedBy },
    );
    if (changed.affected !== 1) throw new Error(`${changed.affected} requests of ${address}`);
    requests.get(address)!.status = 1;
  }

  async rename(space: Workspace, name: string): Promise<void> {
    const { id } = await this.#space(this.dataSource.manager, space.name);
    await this.dataSource.manager.update(this.entities.space, id, { name });
    space.name = name;
  }

  async delete({ name }: Workspace): Promise<void> {
    const { id } = await this.#space(this.dataSource.manager, name);
    await this.dataSource.manager.delete(this.entities.space, id);
  }

  async #space(manager: EntityManager, name: string): Promise<{ id: string }> {
    const { id } = await manager.findOneOrFail(this.entities.space, { where: { name } });
    return { id: id! };
  }

  /** Finds somebody, or lets them in with a wallet; others may do so at once. */
  async #person(manager: EntityManager, email: string): Promise<{ key: string }> {
    const { user, wallet } = this.entities;
    const found = await manager.findOne(user, { where: { email } });
    if (found) return { key: found.key! };
    const key = this.release === 'uuids' ? { key: newPublicId(7) as string } : {};
    const insert = () => manager.createQueryBuilder().insert();
    await insert()
      .into(user)
      .values({ status: 1, email, ...key })
      .orIgnore()
      .execute();
    const made = await manager.findOneOrFail(user, { where: { email } });
    await insert()
      .into(wallet)
      .values({ address: `0x${email}`, user: { key: made.key! } })
      .orIgnore()
      .execute();
    return { key: made.key! };
  }
}
