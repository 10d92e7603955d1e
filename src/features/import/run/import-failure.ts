import { HiddenRowsError } from '../../../core/database/whole-tables.js';
import { ImportError } from '../plan/import-error.js';
import { FileFailure } from '../source/file-failure.js';
import { UnsureCommit } from './transaction.js';

/** Describes what stays of an import that was stopped, at a file where it is known. */
export type WhatStays = (file?: string) => string;

/** Makes of whatever stopped an import what happened, what stays, and what to do next. */
export function asImportError(error: unknown, whatStays?: WhatStays): ImportError {
  if (error instanceof FileFailure) {
    return asImportError(error.cause, whatStays && (() => whatStays(error.file)));
  }
  if (error instanceof UnsureCommit) return error;
  if (error instanceof ImportError) {
    if (!whatStays) return error;
    return new ImportError(`${error.message} ${whatStays()}`, { cause: error });
  }
  const { code = '', constraint = '', message = 'for no known reason' } = detailsOf(error);
  if (error instanceof HiddenRowsError) {
    return new ImportError(`${whatStays?.() ?? 'Nothing was loaded.'} ${message}`, {
      cause: error,
    });
  }
  const sentence = constraintSentence(code, constraint) ?? `The import stopped: ${message}.`;
  const stays = whatStays?.() ?? 'Nothing was loaded.';
  const next =
    nextStepByClass.get(code) ??
    nextStepByClass.get(code.slice(0, 2)) ??
    'Put that right and run the import again.';
  return new ImportError(`${sentence} ${stays} ${next}`, { cause: error });
}

interface ErrorParts {
  readonly code?: string;
  readonly constraint?: string;
  readonly message?: string;
  /** The failures of a host's addresses, which Node gathers in one error without a message. */
  readonly errors?: readonly unknown[];
}

function detailsOf(error: unknown): ErrorParts {
  if (typeof error !== 'object' || error === null) return { message: String(error) };
  const parts: ErrorParts = error;
  return parts.errors?.[0] === undefined ? parts : detailsOf(parts.errors[0]);
}

function constraintSentence(code: string, constraint: string): string | undefined {
  if (code.startsWith('23')) {
    return `A row breaks the constraint ${constraint || 'of its table'}, although it passed every check.`;
  }
  if (code.startsWith('40') || code === '55P03') {
    return 'Other writers got in the way of the import until it gave up.';
  }
  if (code.startsWith('Z_')) return 'A gzip file is damaged or cut off.';
  if (code === 'ECONNREFUSED' || code.startsWith('08')) return 'The database does not answer.';
  return undefined;
}

const tryLater =
  'End sessions that hold locks on the table, or give it a longer lockWait, and run it again.';

const nextStepByClass = new Map([
  ['23', 'Run it again, in case another writer was faster; else declare the rule in the plan.'],
  ['40', tryLater],
  ['55', tryLater],
  ['42501', 'Run it again as the role that owns the tables.'],
  ['Z_', 'Make it once more and run the import again.'],
  ['EC', 'Start the server, or correct the connection string.'],
  ['57', 'Start the server, or run the import again.'],
  ['08', 'Start the server, or correct the connection string.'],
]);
