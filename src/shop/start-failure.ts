const noDatabase =
  'No database responds at DATABASE_URL. Start it, or unset DATABASE_URL to use the embedded one.';

const sentences = new Map([
  ['ECONNREFUSED', noDatabase],
  ['ETIMEDOUT', noDatabase],
  ['EHOSTUNREACH', noDatabase],
  ['EAI_AGAIN', noDatabase],
  [
    '08P01',
    'A pooler in front of the database refuses settings at the start of a connection. Set DATABASE_CONNECTION to transaction-pooler, or let it ignore them.',
  ],
  [
    '57P03',
    'The database at DATABASE_URL is still starting. Start the shop again when it is ready, or set DATABASE_WAIT_SECONDS to more.',
  ],
]);

/** The next step for errors that PostgreSQL itself words well. */
const nextStepByCode = new Map([
  ['28P01', 'Correct the user or the password in DATABASE_URL.'],
  ['28000', 'Correct the user in DATABASE_URL.'],
  ['3D000', 'Create the database, or correct DATABASE_URL.'],
  ['42501', 'Set OWNER_DATABASE_URL to the role that owns the tables and migrates.'],
]);

/** Says in one sentence why the shop did not start, and what to do. */
export function startFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code = '', port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') {
    return `Port ${port} is in use. Stop the other program, or set PORT to another number.`;
  }
  if (code === 'EACCES') {
    return `The shop may not listen on port ${port}. Set PORT to a number above 1023.`;
  }
  if (/connection timeout|timeout exceeded/i.test(error.message)) return noDatabase;
  const next = nextStepByCode.get(code);
  return sentences.get(code) ?? (next === undefined ? error.message : `${error.message}. ${next}`);
}
