/** Writes one line of a command's result. */
export function printLine(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** Writes why a command failed. */
export function printError(message: string): void {
  process.stderr.write(`dual-id: ${message}\n`);
}

/** Writes rows as aligned columns: the first one left-aligned, the others as asked for. */
export function printTable(
  rows: readonly (readonly string[])[],
  others: 'left' | 'right' = 'right',
): void {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  for (const row of rows) {
    const cells = row.map((cell, column) =>
      column === 0 || others === 'left'
        ? cell.padEnd(widths[column] ?? 0)
        : cell.padStart(widths[column] ?? 0),
    );
    printLine(cells.join('  ').trimEnd());
  }
}
