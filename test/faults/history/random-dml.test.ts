import { test } from '@jest/globals';
import { checkRandomDml } from '../../features/history/dml-property.js';

test(
  'every statement logs exactly one change for each row that it changed, in thousands of them',
  () => checkRandomDml(120),
  600_000,
);
