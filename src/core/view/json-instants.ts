import { types } from 'pg';
import { readJsonInstant, readsDates } from '../database/row-types.js';

type Parser = (text: string) => unknown;

/**
 * A reader of instants as JSON spells them. It gives what the driver's parser of the type gives,
 * so that a parser of the application's own counts in views as well.
 */
export function jsonInstants(oid: number): Parser {
  let known: Parser | undefined;
  let isStandard = false;
  return (text) => {
    const parser = types.getTypeParser(oid) as Parser;
    if (parser !== known) {
      known = parser;
      isStandard = oid === timestamptz && readsDates(parser);
    }
    return (isStandard ? readJsonInstant(text) : undefined) ?? parser(text.replace('T', ' '));
  };
}

const timestamptz: number = types.builtins.TIMESTAMPTZ;
