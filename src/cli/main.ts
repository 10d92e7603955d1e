#!/usr/bin/env node
import { runCommand } from './run-command.js';

// A reader such as `head` may have seen enough; commands that stream to one stop by themselves.
for (const output of [process.stdout, process.stderr]) {
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

process.exitCode = await runCommand(process.argv.slice(2));
