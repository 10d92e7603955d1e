import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Repositories } from 'nest-dual-id';
import { Patient, Visitor } from '../../support/patients.js';
import type { Ward } from './ward.js';
import { seen, startWard } from './ward.js';

let ward: Ward;
beforeAll(async () => {
  ward = await startWard();
});
afterAll(() => ward.example.stop());

describe('a stored response', () => {
  test('is erased with the person it names, and a retry runs nothing', async () => {
    const uuid = await ward.create('zebulon-quagmire');
    const other = await ward.create('other', 'Anna');
    expect(await ward.found()).toContain('dual_id.idempotency_keys.answer');
    await ward.erase(uuid);
    expect(await ward.found()).toEqual([]);
    const before = seen.runs;
    for (const name of ['Zebulon Quagmire', 'Somebody Else']) {
      const retry = await ward.ask('POST', '/patients', 'zebulon-quagmire', { name });
      expect([retry.status, retry.body.code]).toEqual([410, 'gone']);
      expect(retry.text).toContain('has been erased');
    }
    const again = await ward.ask('POST', '/patients', 'other', { name: 'Anna' });
    expect([again.status, again.body.uuid]).toEqual([201, other]);
    expect(seen.runs).toBe(before);
  });

  test("is erased whatever the format of the request's address", async () => {
    const uuid = await ward.create('address');
    const path = `/patients/${uuid.toUpperCase()}/greetings`;
    expect((await ward.ask('POST', path, 'hello')).body.text).toContain('Zebulon');
    await ward.erase(uuid);
    expect(await ward.found()).toEqual([]);
    expect((await ward.ask('POST', path, 'hello')).status).toBe(410);
  });

  test('is erased with the caller of its request, and with the people the application names', async () => {
    seen.last = await ward.create('named');
    const headers = { authorization: `user ${seen.last}` };
    const by = (key: string, more = {}) =>
      ward.ask('POST', `/greetings/${key}`, key, undefined, more);
    expect((await by('caller', headers)).body.text).toContain('Zebulon');
    expect((await by('about')).body.text).toContain('Zebulon');
    await ward.erase(seen.last);
    expect(await ward.found()).toEqual([]);
    expect([(await by('caller', headers)).status, (await by('about')).status]).toEqual([410, 410]);
  });

  test('about a person outside the registry is erased as well', async () => {
    const uuid = await ward.create('visitor', 'Zebulon', '/visitors');
    await ward.example.app
      .get(Repositories)
      .of(Visitor)
      .erase(uuid as never);
    expect(await ward.found()).toEqual([]);
  });

  test('of an erasure itself, which contains nothing, is kept', async () => {
    const uuid = await ward.create('erased');
    expect((await ward.ask('DELETE', `/patients/${uuid}`, 'erasing')).status).toBe(204);
    const before = seen.runs;
    const retry = await ward.ask('DELETE', `/patients/${uuid}`, 'erasing');
    expect([retry.status, retry.headers['idempotency-replayed']]).toEqual([204, 'true']);
    expect(seen.runs).toBe(before);
    expect(await ward.found()).toEqual([]);
  });

  test('about a person who was only deleted is kept', async () => {
    const uuid = await ward.create('deleted', 'Berta');
    await ward.example.app.get(Repositories).of(Patient).remove(uuid);
    expect(await ward.create('deleted', 'Berta')).toBe(uuid);
    await ward.erase(uuid);
  });
});
