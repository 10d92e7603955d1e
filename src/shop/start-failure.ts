const unreachable = new Set(['ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH', 'EAI_AGAIN']);

/** Says in one sentence why the shop did not start, and what to do. */
export function startFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') {
    return `Port ${port} is in use. Stop the other program, or set PORT to another number.`;
  }
  if (code === 'EACCES') {
    return `The shop may not listen on port ${port}. Set PORT to a number above 1023.`;
  }
  if (unreachable.has(code ?? '') || /connection timeout|timeout exceeded/i.test(error.message)) {
    return 'No database answers at DATABASE_URL. Start it, or unset DATABASE_URL to use the embedded one.';
  }
  if (code === '08P01') {
    return 'A pooler before the database refuses settings at the start of a connection. Set DATABASE_CONNECTION to transaction-pooler, or let it ignore them.';
  }
  if (code === '57P03') {
    return 'The database at DATABASE_URL is still starting. Start the shop again when it is ready, or set DATABASE_WAIT_SECONDS to more.';
  }
  return error.message;
}
