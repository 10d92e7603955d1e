import { describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';

/** An application without a database or the library's module, as a separate process. */
const program = `
  import 'reflect-metadata';
  import { NestFactory } from '@nestjs/core';
  import { Module } from '@nestjs/common';
  import { DualIdFastifyAdapter, enableGracefulShutdown } from 'nest-dual-id';
  class Plain {}
  Module({})(Plain);
  const app = await NestFactory.create(Plain, new DualIdFastifyAdapter(), { logger: false });
  enableGracefulShutdown(app, { drain: 5_000, afterClose: async () => console.log('closed') });
  app.getHttpAdapter().getInstance().get('/slow', (request, reply) => {
    console.log('asked');
    setTimeout(() => reply.send('served'), 600);
  });
  await app.listen(0, 'localhost');
  console.log('ports ' + JSON.stringify(app.getHttpAdapter().getInstance().addresses()));`;

async function start() {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    timeout: 60_000,
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  const exit = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const says = async (pattern: RegExp): Promise<string> => {
    while (child.exitCode === null) {
      const found = pattern.exec(output);
      if (found) return found[1] ?? '';
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`The application ended: ${output}`);
  };
  return { child, exit, says, output: () => output };
}

describe('an application without a database', () => {
  test('drains on every address it listens on, and ends with 0', async () => {
    const { child, exit, says, output } = await start();
    const addresses = JSON.parse(await says(/ports (.*)\n/)) as { address: string; port: number }[];
    const { port } = addresses[0]!;
    const slow = fetch(`http://127.0.0.1:${port}/slow`);
    await says(/(asked)/);
    child.kill('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 300));
    for (const { address } of addresses) {
      const host = address.includes(':') ? `[${address}]` : address;
      await expect(fetch(`http://${host}:${port}/slow`)).rejects.toThrow();
    }
    expect(await (await slow).text()).toBe('served');
    expect(await exit).toBe(0);
    expect(output()).toContain('closed');
  });
});
