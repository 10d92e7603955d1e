import type { Random } from './random.js';
import { dayGaps, daysOfWeek, hoursOfDay, maxGap } from './shapes.js';
import { Weighted } from './weighted.js';

const weekdays = new Weighted(daysOfWeek);
const hours = new Weighted(hoursOfDay);
const meanDay = Math.round(daysOfWeek.reduce((sum, weight) => sum + weight, 0) / 7);

/** For each day of the week, the gaps to the next order: more likely if they end on a busy day. */
const gapsFrom = daysOfWeek.map(
  (_, day) =>
    new Weighted(
      dayGaps.map((weight, gap) =>
        gap === maxGap ? weight * meanDay : weight * daysOfWeek[(day + gap) % 7]!,
      ),
    ),
);

/** A Sunday, the first day with orders. */
const firstDay = Date.UTC(2014, 0, 5) / 60_000;
const dayMinutes = 24 * 60;

/** When an order was placed. */
export interface OrderTime {
  readonly dayOfWeek: number;
  readonly hour: number;
  /** Days since the previous order, at most 30; undefined for the first. */
  readonly gap: number | undefined;
  /** Minutes since 1970 in UTC. */
  readonly minute: number;
}

/** The times at which one customer orders, in order. */
export class Calendar {
  #day: number | undefined;
  #minuteOfDay = 0;

  next(random: Random): OrderTime {
    const gap = this.#day === undefined ? undefined : gapsFrom[this.#day % 7]!.draw(random);
    this.#day = this.#day === undefined ? firstOrderDay(random) : dayAfter(this.#day, gap!, random);
    const hour = hours.draw(random);
    const minuteOfDay = hour * 60 + random.below(60);
    // Two orders on one day stay in order, even if their hours are the same.
    this.#minuteOfDay = gap === 0 ? Math.max(minuteOfDay, this.#minuteOfDay + 1) : minuteOfDay;
    const minute = firstDay + this.#day * dayMinutes + this.#minuteOfDay;
    return { dayOfWeek: this.#day % 7, hour: hourOf(this.#minuteOfDay), gap, minute };
  }
}

/** The last minutes of a day get crowded, so that orders stay on that day. */
function hourOf(minuteOfDay: number): number {
  return Math.min(23, Math.floor(minuteOfDay / 60));
}

function firstOrderDay(random: Random): number {
  return random.below(104) * 7 + weekdays.draw(random);
}

function dayAfter(day: number, gap: number, random: Random): number {
  if (gap < maxGap) return day + gap;
  const wanted = weekdays.draw(random);
  const missing = (wanted - ((day + maxGap) % 7) + 7) % 7;
  return day + maxGap + missing + 7 * random.below(4);
}
