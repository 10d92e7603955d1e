import { problem } from '../errors/problem.js';

/**
 * Makes the statements of a transaction and of its nested parts take turns on their connection. A
 * statement that ran inside someone else's savepoint would be undone with it.
 */
export class Turns {
  /** `maxIdle`: milliseconds a nested part may do nothing while others wait for its end. */
  constructor(private readonly maxIdle: number) {}

  #last: Promise<unknown> = Promise.resolve();
  #parts = 0;
  #inFlight = 0;
  #activeAt = 0;

  /** Whether nested parts are running, or waiting for their turn. */
  get hasParts(): boolean {
    return this.#parts > 0;
  }

  /** Runs a nested part after everything requested before it. */
  part<T>(work: () => Promise<T>): Promise<T> {
    const isFirst = !this.hasParts;
    this.#parts += 1;
    if (isFirst) this.#activeAt = performance.now();
    const run = () => (isFirst ? this.#behindTheLast(work) : this.#waiting(work));
    return run().finally(() => {
      this.#parts -= 1;
    });
  }

  /** Runs a statement, immediately if no part is running. */
  statement<T>(work: () => Promise<T>): Promise<T> {
    return this.hasParts ? this.#waiting(() => this.track(work)) : this.track(work);
  }

  /** Records that something runs, in this transaction or in a part of it. */
  async track<T>(work: () => Promise<T>): Promise<T> {
    this.#inFlight += 1;
    try {
      return await work();
    } finally {
      this.#inFlight -= 1;
      this.#activeAt = performance.now();
    }
  }

  #waiting<T>(work: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let isRefused = false;
      const refuse = () => {
        isRefused = true;
        reject(waitsForItself());
      };
      const watch = this.#whenIdle(refuse);
      const turn = async () => {
        watch.stop();
        if (isRefused) return;
        this.#activeAt = performance.now();
        await work().then(resolve, reject);
      };
      void this.#behindTheLast(turn);
    });
  }

  #behindTheLast<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  /**
   * Calls back once nothing has run for too long, such as when a part awaits something that waits
   * for it.
   */
  #whenIdle(callback: () => void): { stop(): void } {
    let timer: NodeJS.Timeout;
    const look = (pause: number) => {
      timer = setTimeout(() => {
        const idle = this.#inFlight > 0 ? 0 : performance.now() - this.#activeAt;
        if (idle >= this.maxIdle) callback();
        else look(this.maxIdle - idle);
      }, pause);
    };
    look(this.maxIdle);
    return { stop: () => clearTimeout(timer) };
  }
}

function waitsForItself(): Error {
  return problem('misuse', {
    detail:
      'A part of a transaction waited for a nested transaction that did nothing meanwhile; await it before the nested one begins, or run it inside.',
  });
}
