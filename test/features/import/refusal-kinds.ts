import { noise } from '../../support/noise.js';

/** A rule by which a table refuses a row. */
export interface Kind {
  /** What the table has besides `id`, `label` and `size`. */
  readonly rule?: string;
  /** The type of `size`. */
  readonly size?: string;
  readonly bad: string;
  readonly reason: string;
}

/** Every kind of refusal, by name. */
export const kinds: Record<string, Kind> = {
  'a unique index': {
    rule: 'CREATE UNIQUE INDEX parts_label_uq ON parts (lower(label))',
    bad: 'ONE,2',
    reason: 'repeats line 2: label',
  },
  'a unique index over a column that the file does not fill': {
    rule: `ALTER TABLE parts ADD COLUMN sort int;
      CREATE FUNCTION sorted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        NEW.sort := CASE WHEN NEW.label = 'bad' THEN 1 ELSE NEW.id END; RETURN NEW; END $$;
      CREATE TRIGGER sorted BEFORE INSERT ON parts FOR EACH ROW EXECUTE FUNCTION sorted();
      CREATE UNIQUE INDEX parts_sort_uq ON parts (sort)`,
    bad: 'bad,2',
    reason: 'sort is taken by a row that is there',
  },
  'a check': {
    rule: `ALTER TABLE parts ADD CONSTRAINT parts_size_ck CHECK (size <> 13)`,
    bad: 'x,13',
    reason: 'size breaks the rule parts_size_ck',
  },
  'a check over a column that the file does not fill': {
    rule: `ALTER TABLE parts ADD COLUMN other int DEFAULT 5,
      ADD CONSTRAINT parts_other_ck CHECK (size <> other * 2)`,
    bad: 'x,10',
    reason: 'breaks the rule parts_other_ck',
  },
  'a check that has no value but an error': {
    rule: 'ALTER TABLE parts ADD CONSTRAINT parts_size_ck CHECK (1 / size < 9)',
    bad: 'x,0',
    reason: 'is refused: division by zero',
  },
  'a foreign key that the plan does not name': {
    rule: `CREATE TABLE makers (size int PRIMARY KEY); INSERT INTO makers VALUES (2), (4), (6);
      ALTER TABLE parts ADD CONSTRAINT parts_maker_fk FOREIGN KEY (size) REFERENCES makers`,
    bad: 'x,5',
    reason: 'breaks the rule parts_maker_fk',
  },
  'a deferred foreign key to a row behind it': {
    rule: `ALTER TABLE parts ADD CONSTRAINT parts_next_fk FOREIGN KEY (size) REFERENCES parts (id)
      DEFERRABLE INITIALLY DEFERRED`,
    bad: 'x,99',
    reason: 'breaks the rule parts_next_fk',
  },
  'an exclusion': {
    rule: `ALTER TABLE parts ADD CONSTRAINT parts_size_ex EXCLUDE USING gist (label WITH =, id WITH <>)`,
    bad: 'one,2',
    reason: 'breaks the rule parts_size_ex',
  },
  'a value that is required': {
    rule: 'ALTER TABLE parts ALTER COLUMN size SET NOT NULL',
    bad: 'x,',
    reason: 'size is empty',
  },
  'a domain': { size: 'even', bad: 'x,3', reason: 'breaks the rule even_check' },
  'the length of a domain': {
    rule: 'ALTER TABLE parts ALTER COLUMN label TYPE brief',
    bad: 'longer,2',
    reason: 'label is longer than 5 characters',
  },
  'the range of a domain': { size: 'whole', bad: 'x,70000', reason: 'size is above 32767' },
  'a whole number': { bad: 'x,2.5', reason: 'size is not a whole number' },
  'the range of a type': {
    size: 'real',
    bad: `x,${'9'.repeat(60)}`,
    reason: `is refused: "${'9'.repeat(60)}" is out of range for type real`,
  },
  'a type of names': {
    rule: 'ALTER TABLE parts ALTER COLUMN label TYPE name',
    bad: `${'n'.repeat(64)},2`,
    reason: 'label is longer than 63 bytes',
  },
  'an index without room': {
    rule: 'CREATE INDEX parts_label_ix ON parts (label)',
    bad: `${noise(4000)},2`,
    reason: 'is refused: index row size 4016 exceeds btree version 4 maximum 2704',
  },
  'a unique index without room': {
    rule: 'CREATE UNIQUE INDEX parts_label_uq ON parts (label)',
    bad: `${noise(4000)},2`,
    reason: 'label is too long for the index parts_label_uq',
  },
  'an index with less room than a page': {
    rule: 'CREATE INDEX parts_label_ix ON parts (label)',
    bad: `${noise(20_000)},2`,
    reason: 'is refused: index row requires 20016 bytes, maximum size is 8191',
  },
  'an index of words': {
    rule: `CREATE INDEX parts_label_ix ON parts USING gin (string_to_array(label, ' '))`,
    bad: `${noise(4000)},2`,
    reason: 'is refused: index row size 4016 exceeds maximum 2712',
  },
  'an index that has no value but an error': {
    rule: `CREATE UNIQUE INDEX parts_size_uq ON parts ((size / (size - 13)), id)`,
    bad: 'x,13',
    reason: 'is refused: division by zero',
  },
  'a trigger': {
    rule: `CREATE TRIGGER refuse BEFORE INSERT ON parts FOR EACH ROW EXECUTE FUNCTION refuse('P0001')`,
    bad: 'bad,2',
    reason: 'is refused: no bad parts',
  },
  'a trigger with a code of its own': {
    rule: `CREATE TRIGGER refuse AFTER INSERT ON parts FOR EACH ROW EXECUTE FUNCTION refuse('XYZ01')`,
    bad: 'bad,2',
    reason: 'is refused: no bad parts',
  },
  'a deferred trigger': {
    rule: `CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON parts DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION refuse('P0001')`,
    bad: 'bad,2',
    reason: 'is refused: no bad parts',
  },
};
