/** One thing that a reader of the page does, in its order. */
export type Step =
  | { readonly kind: 'file'; readonly path: string; readonly text: string }
  | { readonly kind: 'command'; readonly line: string; readonly answer?: unknown };

const fence = /(?:^`([^`\n]+)`\n\n)?^```(\w+)\n([^]*?)^```$/gm;

/**
 * Reads a page: a block under the name of a file is that file, each line of a `sh` block is a
 * command, and a `json` block is what the command before it gets.
 */
export function stepsOf(page: string): readonly Step[] {
  const steps: Step[] = [];
  for (const [, path, language, text] of page.matchAll(fence)) {
    if (path !== undefined) steps.push({ kind: 'file', path, text: text! });
    else if (language === 'sh') steps.push(...commandsOf(text!));
    else if (language === 'json') answerLast(steps, JSON.parse(text!));
    else throw new Error(`A block of ${language} is neither a file nor a command: ${text}`);
  }
  return steps;
}

/** The same value whatever UUIDs were given out. */
export function withoutUuids(value: unknown): unknown {
  const text = JSON.stringify(value).replaceAll(
    /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g,
    'UUID',
  );
  return JSON.parse(text);
}

function commandsOf(text: string): Step[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({ kind: 'command', line }));
}

function answerLast(steps: Step[], answer: unknown): void {
  const last = steps.pop();
  if (last?.kind !== 'command') throw new Error('An answer stands behind no command.');
  steps.push({ ...last, answer });
}
