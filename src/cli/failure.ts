import { inspect } from 'node:util';
import { notAConnectionString } from './database-url.js';

/** The message of a failed command; the stack is included only on request. */
export function describeFailure(error: unknown, { isVerbose }: { isVerbose: boolean }): string {
  const sentence = sentenceOf(error);
  return isVerbose ? `${sentence}\n${inspect(error)}` : sentence;
}

const connectionTroubles = new Map([
  ['ECONNREFUSED', 'Start the server, or correct DATABASE_URL.'],
  ['ENOTFOUND', 'Correct the host in DATABASE_URL.'],
  ['ETIMEDOUT', 'Start the server, or correct DATABASE_URL.'],
  ['28P01', 'Correct the user or the password in DATABASE_URL.'],
  ['28000', 'Correct the user in DATABASE_URL.'],
  // A pooler refuses settings in the startup message of a connection.
  [
    '08P01',
    "Declare the data source with connection: 'transaction-pooler', or correct DATABASE_URL.",
  ],
  ['42501', 'Run it as the role that owns the tables: set OWNER_DATABASE_URL.'],
  ['3D000', 'Create the database, or correct DATABASE_URL.'],
]);

function sentenceOf(error: unknown): string {
  // Node collects the failures of a host's addresses and leaves the message of the whole empty.
  if (error instanceof AggregateError && error.errors.length > 0)
    return sentenceOf(error.errors[0]);
  if (isInvalidUrl(error)) return notAConnectionString();
  const message = messageOf(error);
  const next = error instanceof Error ? nextStepOf(error) : undefined;
  return next === undefined ? message : `${message.replace(/\.$/, '')}. ${next}`;
}

/** Some libraries throw errors without a message, and a command that prints nothing is no help. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error ?? '').trim() || nameless('an empty value');
  if (error.message.trim() !== '') return error.message;
  return error.cause === undefined ? nameless(error.name) : messageOf(error.cause);
}

function nameless(what: string): string {
  return `The command failed with ${what} and no message. Run it again with --verbose.`;
}

function isInvalidUrl(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_INVALID_URL';
}

function nextStepOf(error: Error): string | undefined {
  const known = 'code' in error ? connectionTroubles.get(String(error.code)) : undefined;
  const isSilent = /connection timeout|timeout expired/i.test(error.message);
  return known ?? (isSilent ? connectionTroubles.get('ETIMEDOUT') : undefined);
}
