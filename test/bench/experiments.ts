import type { PeerName } from './peers/peer.js';

/** A request, its name in tables, and the peers it is sent to. */
export interface Experiment {
  readonly id: string;
  readonly title: string;
  readonly peers: readonly PeerName[];
  readonly isRefused?: boolean;
}

/** The experiments in which every peer gets the same request. */
export const experiments: readonly Experiment[] = [
  { id: 'E1', title: 'order by UUID', peers: ['ours', 'a', 'b', 'c', 'd', 'e'] },
  { id: 'E2', title: 'order with user UUID', peers: ['ours', 'a', 'b', 'c', 'd', 'e'] },
  { id: 'E3', title: 'page of 20 orders', peers: ['ours', 'a', 'b', 'c', 'd', 'e'] },
  { id: 'E4', title: 'create an order', peers: ['ours', 'a', 'b', 'c'] },
  {
    id: 'E5',
    title: 'numeric id refused',
    peers: ['ours', 'a', 'b', 'c', 'd', 'e'],
    isRefused: true,
  },
];

const titles = new Map(
  [...experiments, { id: 'E6', title: 'enrolment' }].map(({ id, title }) => [id, title]),
);

/** The key of a result with the name of its experiment: "E1 order by UUID, by rows". */
export function titleOf(key: string): string {
  const id = key.slice(0, 2);
  const rest = key.slice(3);
  const title = `${id} ${titles.get(id) ?? ''}`.trimEnd();
  return rest === '' ? title : `${title}, ${rest}`;
}

/** A ratio that has to be reached: of two rates, or processor times, by the keys of an experiment. */
export interface Target {
  readonly experiment: string;
  readonly of: string;
  readonly over: string;
  readonly least?: number;
  readonly most?: number;
  /** The rates by default. */
  readonly compares?: 'rates' | 'cpus';
}

const least = (experiment: string, over: string, bound: number): Target => ({
  experiment,
  of: 'ours',
  over,
  least: bound,
});

const withAccess = (id: string, bound: number): Target => ({
  experiment: `${id} with access`,
  of: 'oursGuarded',
  over: 'aGuarded',
  least: bound,
});

/** The ratios that the library has to reach. */
export const targets: readonly Target[] = [
  least('E1', 'a', 2.2),
  least('E1', 'b', 9),
  least('E1', 'd', 0.85),
  least('E2', 'a', 2.2),
  least('E2', 'b', 9),
  least('E2', 'd', 0.85),
  least('E3', 'a', 1.2),
  least('E3', 'b', 5),
  least('E4', 'a', 1),
  least('E4', 'b', 2.5),
  least('E5', 'd', 1),
  { experiment: 'E6', of: 'off', over: 'on', most: 1.6 },
  least('E1 at 1 connection', 'a', 0.8),
  withAccess('E1', 1.8),
  withAccess('E2', 1.8),
  withAccess('E3', 1.2),
  withAccess('E4', 1),
  {
    experiment: 'E1 with access',
    of: 'oursGuarded',
    over: 'ours',
    most: 1.12,
    compares: 'cpus',
  },
];
