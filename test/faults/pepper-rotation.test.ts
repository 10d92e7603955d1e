import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import { ConsoleLogger, Logger } from '@nestjs/common';
import type { ApiKeysOptions } from 'nest-dual-id/api-keys';
import type { Instance, Vault } from '../features/api-keys/vault.js';
import { openVault, peppers } from '../features/api-keys/vault.js';

const instances = 3;
const keysOfEach = 20;
const clients = 40;

let vault: Vault;
beforeAll(async () => {
  Logger.overrideLogger(false);
  vault = await openVault();
});
afterAll(async () => {
  await vault.stop();
  Logger.overrideLogger(new ConsoleLogger());
});

const only = (version: 1 | 2) => ({ peppers: { [version]: peppers[version] } });
const openAll = (options: Partial<ApiKeysOptions>) =>
  Promise.all(Array.from({ length: instances }, () => vault.open(options)));
const anyOf = <T>(all: readonly T[], n: number): T => all[n % all.length]!;

/** Instances behind a load balancer, some of which are replaced by others. */
class Fleet {
  readonly tokens: { readonly token: string; readonly version: number }[] = [];
  readonly refusals: unknown[] = [];
  verified = 0;
  #isOver = false;

  constructor(public serving: Instance[]) {}

  /** Verifies known tokens on instances in turn, until it is over. */
  async use(client: number): Promise<void> {
    for (let n = client; !this.#isOver; n += 7) {
      const { token } = anyOf(this.tokens, n);
      const found = await anyOf(this.serving, n).keys.verify(token);
      if (typeof found === 'string') this.refusals.push(found);
      this.verified += 1;
      await turn();
    }
  }

  async issue(by: Instance, version: number): Promise<void> {
    for (let n = 0; n < keysOfEach; n += 1) {
      const { key, token } = await by.keys.create({ name: `key ${n}`, scopes: ['read'] });
      const sql = 'SELECT pepper_version FROM dual_id.api_keys WHERE uuid = $1';
      expect(await vault.sql(sql, [key.uuid])).toEqual([{ pepper_version: version }]);
      this.tokens.push({ token, version });
    }
  }

  /** Lets all clients go on for a while. */
  async goOn(): Promise<void> {
    const enough = this.verified + clients * 50;
    while (this.verified < enough) await turn();
  }

  /** Replaces one instance after another, each of which issues keys at once. */
  async replaceBy(instances: readonly Instance[], version: number): Promise<void> {
    for (const [place, instance] of instances.entries()) {
      this.serving = this.serving.with(place, instance);
      await this.issue(instance, version);
      await this.goOn();
    }
  }

  end(): void {
    this.#isOver = true;
  }
}

test('a pepper is replaced under load without a refusal, until the old one is removed', async () => {
  const fleet = new Fleet(await openAll(only(1)));
  await fleet.issue(fleet.serving[0]!, 1);
  const using = Array.from({ length: clients }, (_, client) => fleet.use(client));
  await fleet.goOn();

  await fleet.replaceBy(await openAll({ peppers, newKeysPepper: 1 }), 1);
  await fleet.replaceBy(await openAll({ peppers }), 2);
  fleet.end();
  await Promise.all(using);
  expect(fleet.refusals).toEqual([]);
  expect(fleet.verified).toBeGreaterThan(clients * 250);

  const after = await openAll(only(2));
  for (const instance of after) {
    const found = await Promise.all(fleet.tokens.map(({ token }) => instance.keys.verify(token)));
    const outcomes = found.map((one) => (typeof one === 'string' ? one : 'valid'));
    expect(outcomes).toEqual(
      fleet.tokens.map(({ version }) => (version === 1 ? 'unknown' : 'valid')),
    );
    expect(instance.keys.counts()['missingPepper']).toBe(keysOfEach * (1 + instances));
  }
}, 120_000);
