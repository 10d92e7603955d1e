import { DatabaseError } from 'pg';
import { publicIdColumnOf } from '../plan/entry-columns.js';
import type { FileImport } from '../source/file-import.js';
import { headersOf } from '../source/file-import.js';

/** Why the server refused a row, in words that help to correct the file. */
export function faultReason(run: FileImport, error: DatabaseError): string {
  const { code = '', constraint, column, message } = error;
  const publicId = publicIdColumnOf(run.entry);
  if (constraint === 'passports_uuid_uq' && publicId !== undefined) {
    return `${headersOf(run, [publicId])} is the public id of something else`;
  }
  if (code === '23502' && column !== undefined) return `${headersOf(run, [column])} is empty`;
  const rule = run.target.unique.find(({ name }) => name === constraint);
  if (rule && code === '23505') {
    return `${headersOf(run, rule.columns)} is taken by a row that is there`;
  }
  if (rule && code === '54000') {
    return `${headersOf(run, rule.columns)} is too long for the index ${rule.name}`;
  }
  if (code.startsWith('23') && constraint) return `breaks the rule ${constraint}`;
  return `is refused: ${message}`;
}
