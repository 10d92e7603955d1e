import { closeSync, ftruncateSync, openSync, statfsSync } from 'node:fs';

import { readIfThere } from './cluster.js';
import type { Cluster } from './cluster.js';

// Why a server ended: only lines about the server itself, never a statement or its values.
const CAUSES = /(?:PANIC|FATAL): /;
const CONSEQUENCES =
  /LOG: .*(?:was terminated by|exited with exit code|startup process failure|No space left|lock file)/;
const ABOUT_STATEMENTS = /^\t|\b(?:ERROR|DETAIL|HINT|QUERY|CONTEXT|STATEMENT): {2}/;
const LAST_LINES = 20;
// Less than one segment of the write-ahead log, which the server needs to continue.
const FULL_DISK_BYTES = 16 * 1024 * 1024;

/**
 * Opens the log for appending, so that two writers never overwrite each other; a start by the
 * application truncates it first, a restart keeps what led to it.
 */
export function openLog(cluster: Cluster, keep = false): { fd: number; close(): void } {
  const fd = openSync(cluster.log, 'a', 0o600);
  if (!keep) ftruncateSync(fd);
  return { fd, close: () => closeSync(fd) };
}

/**
 * The line of the log that says what went wrong, without its timestamp. If the process is known,
 * its own lines take precedence over those of others that write to the same log, and those of its
 * child processes over its own last lines.
 */
export function lastComplaint(cluster: Cluster, pid?: number): string {
  const all = linesOf(cluster);
  const first = all.findIndex((line) => line.includes(` [${pid}] `));
  const since = first < 0 ? all.slice(all.findLastIndex(hasProcessId) + 1) : all.slice(first);
  const own = since.filter((line) => line.includes(` [${pid}] `));
  const told = own.findLast(isComplaint) ?? since.findLast(isComplaint) ?? own.at(-1);
  return withDisk(cluster, told ?? since.at(-1) ?? 'it wrote no log');
}

/** What is known about the end of a server that ran: from its log and its disk. */
export function lastWords(cluster: Cluster): string {
  const lines = linesOf(cluster).slice(-LAST_LINES);
  const told =
    lines.findLast((line) => CAUSES.test(line)) ??
    lines.findLast((line) => CONSEQUENCES.test(line));
  return withDisk(cluster, told ?? 'its log does not say why');
}

/** The lines about the server; those about statements and their values stay private. */
function linesOf(cluster: Cluster): string[] {
  const lines = (readIfThere(cluster.log) ?? '').split('\n');
  return lines.filter((line) => line.trim() !== '' && !ABOUT_STATEMENTS.test(line));
}

function isComplaint(line: string): boolean {
  return /\b(FATAL|PANIC|error):/.test(line);
}

function hasProcessId(line: string): boolean {
  return / \[\d+\] /.test(line);
}

// A server whose disk is full cannot log that it is.
function withDisk(cluster: Cluster, line: string): string {
  const words = line.replace(/^.*?\] (?=[A-Z]+:)/, '').replace(/\s+/g, ' ');
  return isDiskFull(cluster) ? `${words}; the disk of ${cluster.root} is full` : words;
}

function isDiskFull(cluster: Cluster): boolean {
  try {
    const { bavail, bsize } = statfsSync(cluster.root);
    return bavail * bsize < FULL_DISK_BYTES;
  } catch {
    return false;
  }
}
