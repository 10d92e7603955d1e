import { test } from '@jest/globals';
import { checkRandomDml } from './dml-property.js';

test('every statement logs exactly one change for each row that it changed', () =>
  checkRandomDml(12));
