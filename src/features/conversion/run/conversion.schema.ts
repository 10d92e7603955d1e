/** What conversions keep of themselves, apart from the library's own schema, which need not exist. */
export const conversionSchemaUp = [
  'CREATE SCHEMA IF NOT EXISTS dual_id_conversion',
  `CREATE TABLE IF NOT EXISTS dual_id_conversion.conversions (
     name text NOT NULL,
     plan jsonb NOT NULL,
     state text NOT NULL,
     runner uuid,
     is_paused boolean NOT NULL DEFAULT false,
     rate integer,
     failure text,
     created_at timestamptz NOT NULL DEFAULT now(),
     changed_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT conversions_pk PRIMARY KEY (name),
     CONSTRAINT conversions_state_ck CHECK (state IN
       ('planned', 'running', 'stopped', 'observing', 'contracted', 'rolling back', 'rolled back')))`,
  `CREATE TABLE IF NOT EXISTS dual_id_conversion.steps (
     conversion text NOT NULL,
     name text NOT NULL,
     state text NOT NULL,
     begun_at timestamptz NOT NULL DEFAULT now(),
     ended_at timestamptz,
     next_block bigint,
     end_block bigint,
     file oid,
     rows bigint NOT NULL DEFAULT 0,
     undone integer NOT NULL DEFAULT 0,
     result jsonb,
     CONSTRAINT steps_pk PRIMARY KEY (conversion, name),
     CONSTRAINT steps_conversion_fk FOREIGN KEY (conversion)
       REFERENCES dual_id_conversion.conversions (name) ON DELETE CASCADE,
     CONSTRAINT steps_state_ck CHECK (state IN ('begun', 'done')))`,
];
