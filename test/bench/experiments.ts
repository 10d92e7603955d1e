import type { PeerName } from './peers/peer.js';

/** What is asked of which peers. */
export interface Experiment {
  readonly id: string;
  readonly title: string;
  readonly peers: readonly PeerName[];
  readonly isRefused?: boolean;
}

/** The experiments in which every peer answers the same request. */
export const experiments: readonly Experiment[] = [
  { id: 'E1', title: 'GET an order by UUID', peers: ['ours', 'a', 'b', 'c', 'd', 'e'] },
  { id: 'E2', title: "GET it with its user's UUID", peers: ['ours', 'a', 'b', 'c', 'd', 'e'] },
  { id: 'E3', title: 'GET 20 orders of a user', peers: ['ours', 'a', 'b', 'c', 'd', 'e'] },
  { id: 'E4', title: 'POST an order of 10 items', peers: ['ours', 'a', 'b', 'c'] },
  {
    id: 'E5',
    title: 'GET by a numeric id, refused',
    peers: ['ours', 'a', 'b', 'c', 'd', 'e'],
    isRefused: true,
  },
];

/** A ratio that has to be reached: of two rates, by the keys of an experiment. */
export interface Target {
  readonly experiment: string;
  readonly of: string;
  readonly over: string;
  readonly least?: number;
  readonly most?: number;
}

const least = (experiment: string, over: string, bound: number): Target => ({
  experiment,
  of: 'ours',
  over,
  least: bound,
});

/** The ratios the library is held to. */
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
];
