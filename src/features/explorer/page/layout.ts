import type { Edge, GraphNodeResponse } from './api.js';

/** The position of a node in the drawing. */
export interface NodePosition {
  readonly x: number;
  readonly y: number;
}

/** The width and height of a node, and the space around it. */
export const nodeSize = { width: 108, height: 40 } as const;
const gap = 22;
const ringGap = 118;
/** Nodes are wider than high, and so are the rings. */
const stretch = 1.5;

/**
 * Places a graph on rings around its start: everything one edge away on the first, and so on. Nodes
 * are placed near those they were reached from, each with room for its descendants. The same graph
 * is always placed the same way.
 */
export function placeNodes(
  nodes: readonly GraphNodeResponse[],
  edges: readonly Edge[],
): ReadonlyMap<string, NodePosition> {
  const children = childrenOf(nodes, edges);
  const radii = ringRadii(nodes);
  const places = new Map<string, NodePosition>();
  const place = (node: GraphNodeResponse, from: number, to: number): void => {
    const angle = (from + to) / 2;
    const radius = radii[node.depth] ?? 0;
    places.set(node.uuid, { x: stretch * radius * Math.cos(angle), y: radius * Math.sin(angle) });
    const below = children.get(node.uuid) ?? [];
    const whole = below.reduce((sum, child) => sum + weightOf(child, children), 0);
    let start = from;
    for (const child of below) {
      const share = ((to - from) * weightOf(child, children)) / whole;
      place(child, start, start + share);
      start += share;
    }
  };
  if (nodes[0]) place(nodes[0], -Math.PI / 2, (3 * Math.PI) / 2);
  return places;
}

type Children = ReadonlyMap<string, readonly GraphNodeResponse[]>;

/** The leaves below a node, or the node itself if it has none: the room it needs. */
function weightOf(node: GraphNodeResponse, children: Children): number {
  const below = children.get(node.uuid) ?? [];
  return below.reduce((sum, child) => sum + weightOf(child, children), 0) || 1;
}

/** Each node is placed below the first node of the previous ring that an edge connects it to. */
function childrenOf(nodes: readonly GraphNodeResponse[], edges: readonly Edge[]): Children {
  const neighbours = new Map<string, Set<string>>();
  for (const { fromUuid, toUuid } of edges) {
    connect(neighbours, fromUuid, toUuid);
    connect(neighbours, toUuid, fromUuid);
  }
  const children = new Map<string, GraphNodeResponse[]>();
  for (const node of nodes) {
    const near = neighbours.get(node.uuid) ?? new Set();
    const parent = nodes.find(({ uuid, depth }) => depth === node.depth - 1 && near.has(uuid));
    if (parent) children.set(parent.uuid, [...(children.get(parent.uuid) ?? []), node]);
  }
  return children;
}

function connect(neighbours: Map<string, Set<string>>, from: string, to: string): void {
  const known = neighbours.get(from);
  if (known) known.add(to);
  else neighbours.set(from, new Set([to]));
}

/** Every ring is wide enough for its nodes side by side. */
function ringRadii(nodes: readonly GraphNodeResponse[]): readonly number[] {
  const counts: number[] = [];
  for (const { depth } of nodes) counts[depth] = (counts[depth] ?? 0) + 1;
  const radii = [0];
  for (let depth = 1; depth < counts.length; depth++) {
    const needed = ((counts[depth] ?? 0) * (nodeSize.width + gap)) / (2 * Math.PI);
    radii.push(Math.max(radii[depth - 1]! + ringGap, needed));
  }
  return radii;
}
