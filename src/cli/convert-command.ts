import { phases } from '../features/conversion/steps/step.js';
import type { Command, OptionSpecs } from './command.js';

const planning: OptionSpecs = {
  to: {
    type: 'string',
    value: 'conversion',
    values: ['add-uuid', 'add-bigint', 'uuid-key', 'add-master-uuid'],
    summary: 'what the table gets: add-uuid, add-bigint, uuid-key or add-master-uuid',
  },
  'uuid-column': { type: 'string', value: 'name', summary: 'the new uuid column; by default uuid' },
  'id-column': {
    type: 'string',
    value: 'name',
    summary: 'the new bigint column of add-bigint; by default internal_id',
  },
  'created-at': {
    type: 'string',
    value: 'column',
    summary: 'when a row was made; by default created_at or createdAt',
  },
  registry: {
    type: 'string',
    value: 'table',
    summary: 'the registry of add-master-uuid; by default the one that the rows refer to',
  },
  'master-column': {
    type: 'string',
    value: 'name',
    summary: 'the bigint id of add-master-uuid; by default master_id',
  },
  'dry-run': { type: 'boolean', summary: 'prints the SQL of each step and changes nothing' },
};

const running: OptionSpecs = {
  until: {
    type: 'string',
    value: 'phase',
    values: phases.filter((phase) => phase !== 'contract'),
    summary: 'ends with this phase; by default with observe, after the swap',
  },
  jobs: {
    type: 'string',
    value: 'n',
    summary: 'connections that change rows at the same time, 1 by default',
  },
  rate: { type: 'string', value: 'rows', summary: 'most rows that are changed in a second' },
  'lock-timeout': {
    type: 'string',
    value: 'ms',
    summary: 'how long a statement waits for a lock, 200 by default; others queue behind it',
  },
  patience: {
    type: 'string',
    value: 'ms',
    summary: 'how long a blocked step is tried, 600000 by default',
  },
  'max-wal': { type: 'string', value: 'MB', summary: 'most WAL in a second' },
  'max-replica-lag': {
    type: 'string',
    value: 'seconds',
    summary: 'how far a replica may be behind, 10 by default',
  },
  'skip-triggers': {
    type: 'boolean',
    summary: "keeps the application's triggers from firing for the rows of a backfill",
  },
};

/** `dual-id convert`: gives a table in use its second id. */
export const convertCommand: Command = {
  name: 'convert',
  usage: 'convert [status | plan | run | resume | pause | unpause | rate | rollback | contract]',
  summary: 'gives a table in use its second id, without a pause for its clients',
  options: {
    ...planning,
    ...running,
    yes: { type: 'boolean', summary: 'contracts without a question' },
    json: { type: 'boolean', summary: 'one JSON object per line, for programs' },
  },
  run: async (line) => (await import('./convert.js')).convert(line),
};
