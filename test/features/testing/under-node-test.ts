import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectNoInternalIds } from 'nest-dual-id/testing';
import { LeakyController } from './leaky.controller.js';
import { notebook } from './notebook.js';

test('the leaks of a notebook are found under node:test', async () => {
  const { app, stop } = await notebook([LeakyController]);
  await assert.rejects(expectNoInternalIds(app), /GET \/leaks\/detail: body internal id/);
  await stop();
});
