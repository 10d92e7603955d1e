import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { DualIdError } from '../../../core/errors/dual-id-error.js';
import { refusal } from '../../../core/errors/problem.js';
import type { NormalizeIp } from './client-keys.js';
import { addressKey, credentialKey } from './client-keys.js';
import type { EdgeLimitsOptions, Limit, RouteLimits } from './limits.options.js';
import { defaultEdgeLimits, requireLimit } from './limits.options.js';
import { ownLimitsOf } from './rate-limit.decorator.js';

type Limiter = ReturnType<FastifyInstance['createRateLimit']>;
type KeyOf = (request: FastifyRequest) => string;

/** The counters of a route, or of all routes without limits of their own. */
interface Counting {
  readonly address: Limiter;
  readonly credential: Limiter;
}

/** Counts requests by address and credential, and failed authentications by address. */
export class RateLimits {
  readonly #limits;
  readonly #general: Counting;
  readonly #failures: Limiter;
  readonly #ofRoutes = new WeakMap<RouteLimits, Counting>();
  readonly #addressOf: KeyOf;

  constructor(
    private readonly fastify: FastifyInstance,
    options: EdgeLimitsOptions,
    normalize: NormalizeIp,
  ) {
    this.#limits = { ...defaultEdgeLimits, ...options };
    const { address, credential, failures, maxTracked } = this.#limits;
    requireLimit('maxTracked', { max: maxTracked });
    for (const [name, limit] of Object.entries({ address, credential, failures })) {
      requireLimit(name, limit);
    }
    this.#addressOf = (request) => addressKey(request, normalize);
    this.#general = this.#counting({});
    this.#failures = this.#limiter(failures, this.#addressOf);
  }

  /** Counts a request; returns why it is refused, if it is. */
  async refusalOf(request: FastifyRequest): Promise<DualIdError | undefined> {
    const own = ownLimitsOf(request);
    if (own === 'none') return undefined;
    const failed = await this.#failures(request, { increment: false });
    if (!failed.isAllowed && failed.remaining === 0) return tooMany(failed.ttlInSeconds);
    const { address, credential } = own ? this.#countingOf(own) : this.#general;
    // An address that is refused must not make this process remember its tokens.
    const refused = await exceeded(address, request);
    if (refused || credentialKey(request) === undefined) return refused;
    return exceeded(credential, request);
  }

  /** Counts a response 401 against the address that it goes to. */
  async noteFailure(request: FastifyRequest): Promise<void> {
    await this.#failures(request);
  }

  #countingOf(own: RouteLimits): Counting {
    const known = this.#ofRoutes.get(own) ?? this.#counting(own);
    this.#ofRoutes.set(own, known);
    return known;
  }

  #counting(own: RouteLimits): Counting {
    const { address, credential } = { ...this.#limits, ...own };
    return {
      address: this.#limiter(address, this.#addressOf),
      credential: this.#limiter(credential, (request) => credentialKey(request) ?? ''),
    };
  }

  #limiter({ max, window = 60_000 }: Limit, keyGenerator: KeyOf): Limiter {
    const cache = this.#limits.maxTracked;
    const options = { max, timeWindow: window, keyGenerator, cache };
    return this.fastify.createRateLimit(
      options as Parameters<typeof this.fastify.createRateLimit>[0],
    );
  }
}

async function exceeded(limiter: Limiter, request: FastifyRequest) {
  const found = await limiter(request);
  return !found.isAllowed && found.isExceeded ? tooMany(found.ttlInSeconds) : undefined;
}

function tooMany(seconds: number): DualIdError {
  return refusal('too_many_requests', { retryAfter: Math.max(1, seconds) });
}
