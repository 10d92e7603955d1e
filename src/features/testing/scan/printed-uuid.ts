/** Whether a text is a UUID as the API prints it, in lower case. */
export function isPrintedUuid(text: string): boolean {
  return printedUuid.test(text);
}

const printedUuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
