import { describe, expect, test } from '@jest/globals';
import { DualId, DualIdEntity, GuidEntity, GuidId } from 'nest-dual-id';
import { definitionOf } from '../../../src/core/definition/entity-definition.js';

describe('the options of an entity', () => {
  test.each([0, -1, 32_768, 1.5, Number.NaN])('refuse %d as a platform type', (type) => {
    const declare = () => DualId({ table: 'parcels', type });
    class Parcel extends DualIdEntity {}
    expect(() => declare()(Parcel)).toThrow(
      `The platform type of table parcels is ${type}, which is not a whole number from 1 to 32767.`,
    );
  });

  test.each([1, 32_767])('accept %d as a platform type', (type) => {
    @DualId({ table: 'parcels', type })
    class Parcel extends DualIdEntity {}
    expect(definitionOf(Parcel)).toMatchObject({ type, kind: 'dual', uuidVersion: 4 });
  });

  test('accept from outside the version of new ids, and version 4', () => {
    @DualId({ table: 'parcels' })
    class Parcel extends DualIdEntity {}
    @DualId({ table: 'events', uuidVersion: 7 })
    class Event extends DualIdEntity {}
    @GuidId({ table: 'tenants', acceptUuidVersions: [7] })
    class Tenant extends GuidEntity {}
    expect(definitionOf(Parcel)?.acceptUuidVersions).toEqual([4]);
    expect(definitionOf(Event)?.acceptUuidVersions).toEqual([4, 7]);
    expect(definitionOf(Tenant)).toMatchObject({ acceptUuidVersions: [7], uuidVersion: 7 });
  });

  test('are recorded on the class and nowhere else', () => {
    class Unmarked extends DualIdEntity {}
    expect(definitionOf(Unmarked)).toBeUndefined();
  });
});
