import type { DualIdError } from '../../core/errors/dual-id-error.js';
import { problem, refusal } from '../../core/errors/problem.js';
import { namesNumber } from '../../core/http/header-ids.js';
import type { AcceptsLegacyIdsOptions, LegacyIdsOptions } from './legacy-ids.options.js';

type WindowOptions = Pick<LegacyIdsOptions, 'deprecatedAt' | 'until' | 'docs'>;

/** The time in which old numbers are accepted, by the clock at each request. */
export class LegacyWindow {
  /** The headers of every response to a request with an old number (RFC 9745, RFC 8594). */
  readonly headers: Readonly<Record<'Deprecation' | 'Sunset', string>>;
  /** The links of such a response. */
  readonly links: string;
  /** The end, for people. */
  readonly end: string;
  readonly #until: number;

  constructor(private readonly options: WindowOptions) {
    const deprecatedAt = windowTime('deprecatedAt', options.deprecatedAt);
    this.#until = windowTime('until', options.until);
    if (this.#until <= deprecatedAt) {
      throw refusedWindow('until', 'is not later than deprecatedAt', 'Choose a later time.');
    }
    const docs = addressOfDocs(options.docs);
    this.headers = {
      Deprecation: `@${Math.floor(deprecatedAt / 1_000)}`,
      Sunset: new Date(this.#until).toUTCString(),
    };
    this.links = `<${docs}>; rel="deprecation", <${docs}>; rel="sunset"`;
    this.end = new Date(this.#until).toISOString().replace('.000', '');
  }

  /** The window of a route, which may end earlier. */
  of({ until }: AcceptsLegacyIdsOptions): LegacyWindow {
    if (until === undefined) return this;
    const own = new LegacyWindow({ ...this.options, until });
    if (own.#until <= this.#until) return own;
    throw refusedWindow('until', 'of a route is later than that of the module', 'Choose one time.');
  }

  get isOpen(): boolean {
    return Date.now() < this.#until;
  }

  /** Why an old number is refused after the end. */
  retired(): DualIdError {
    const { docs } = this.options;
    return refusal('legacy_id_retired', {
      detail: `Old numeric ids were accepted until ${this.end}; ${docs} tells how to exchange them.`,
    });
  }
}

/** A date without a time would end at midnight somewhere. */
function windowTime(option: string, value: unknown): number {
  const isTime = value instanceof Date || /T.*(?:Z|[+-]\d\d:?\d\d)$/.test(String(value));
  const time = isTime ? new Date(value as string).getTime() : Number.NaN;
  if (Number.isSafeInteger(time) && time > 0 && time % 1_000 === 0) return time;
  throw refusedWindow(
    option,
    `is ${String(value)}`,
    'Give it a time in whole seconds, such as 2027-01-31T09:30:00Z.',
  );
}

/** It stands between angle brackets in a header, where a number would be taken for a leak. */
function addressOfDocs(docs: string): string {
  const isWritten = typeof docs === 'string' && /^(?:https?:\/\/|\/)[!-;=?-~]+$/.test(docs);
  const host = isWritten && URL.canParse(docs) ? new URL(docs).host : undefined;
  if (isWritten && !namesNumber(docs, host)) return docs;
  throw refusedWindow(
    'docs',
    `is ${docs}`,
    'Give it an address such as https://docs.example.com/uuids, without a number as a part of its path.',
  );
}

function refusedWindow(option: string, fault: string, next: string): Error {
  return problem('setup_refused', { detail: `${option} of LegacyIdsModule ${fault}. ${next}` });
}
