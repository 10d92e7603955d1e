import type { Edge, GraphResponse, GraphNodeResponse } from './api.js';
import { drawn } from './dom.js';
import type { NodePosition } from './layout.js';
import { nodeSize, placeNodes } from './layout.js';
import { hueOf, shortened } from './links.js';

const margin = 24;

/** Draws a graph. Nodes are links, so that keyboards and screen readers reach them. */
export function drawGraph(
  { nodes, edges }: GraphResponse,
  undirected: ReadonlySet<string>,
): SVGSVGElement {
  const places = placeNodes(nodes, edges);
  const xs = [...places.values()].map(({ x }) => x);
  const ys = [...places.values()].map(({ y }) => y);
  const left = Math.min(...xs) - nodeSize.width / 2 - margin;
  const top = Math.min(...ys) - nodeSize.height / 2 - margin;
  const width = Math.max(...xs) + nodeSize.width / 2 + margin - left;
  const height = Math.max(...ys) + nodeSize.height / 2 + margin - top;
  const label = `${nodes.length} entities and ${edges.length} relations; the first is in the middle`;
  return drawn(
    'svg',
    {
      viewBox: `${left} ${top} ${width} ${height}`,
      width,
      height,
      role: 'group',
      'aria-label': label,
    },
    drawn('defs', {}, arrow()),
    ...bundled(edges).map((bundle) => line(bundle, places, !undirected.has(bundle.relation))),
    ...nodes.map((node) => box(node, places.get(node.uuid)!)),
  );
}

function arrow(): SVGMarkerElement {
  const size = { viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7 };
  return drawn(
    'marker',
    { id: 'arrow', orient: 'auto-start-reverse', ...size },
    drawn('path', { d: 'M0 0 L8 4 L0 8 z' }),
  );
}

/** Several relations in the same direction between the same two entities share one line. */
function bundled(edges: readonly Edge[]): readonly Edge[] {
  const bundles = new Map<string, Edge>();
  for (const edge of edges) {
    const key = `${edge.fromUuid} ${edge.toUuid}`;
    const known = bundles.get(key);
    const relation = known ? `${known.relation}, ${edge.relation}` : edge.relation;
    bundles.set(key, { ...edge, relation });
  }
  return [...bundles.values()];
}

function line(
  { fromUuid, relation, toUuid }: Edge,
  places: ReadonlyMap<string, NodePosition>,
  isDirected: boolean,
): SVGElement {
  const [from, to] = [places.get(fromUuid)!, places.get(toUuid)!];
  const [start, end] = [border(from, to), border(to, from)];
  const ends = { x1: start.x, y1: start.y, x2: end.x, y2: end.y };
  // Labels of edges in opposite directions are kept apart.
  const at = { x: start.x * 0.45 + end.x * 0.55, y: start.y * 0.45 + end.y * 0.55 };
  return drawn(
    'g',
    { class: 'edge', 'aria-hidden': 'true' },
    drawn('line', { ...ends, 'marker-end': isDirected && 'url(#arrow)' }),
    drawn('text', { ...at, dy: 4 }, relation),
  );
}

/** Where the line between two nodes leaves the first. */
function border(from: NodePosition, to: NodePosition): NodePosition {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const across = (nodeSize.width / 2 + 3) / (Math.abs(dx) || 1e-9);
  const along = (nodeSize.height / 2 + 3) / (Math.abs(dy) || 1e-9);
  const share = Math.min(across, along, 0.5);
  return { x: from.x + dx * share, y: from.y + dy * share };
}

function box({ uuid, type, depth }: GraphNodeResponse, { x, y }: NodePosition): SVGElement {
  const { width, height } = nodeSize;
  const steps = depth === 0 ? 'the start' : `${depth} ${depth === 1 ? 'step' : 'steps'} away`;
  const frame = { x: x - width / 2, y: y - height / 2, width, height, rx: 8 };
  return drawn(
    'a',
    {
      href: `#${uuid}`,
      class: depth === 0 ? 'node start' : 'node',
      'data-hue': Math.round(hueOf(type) / 30) % 12,
      'aria-label': `${type} ${uuid}, ${steps}`,
    },
    drawn('title', {}, `${type} ${uuid}`),
    drawn('rect', frame),
    drawn('text', { x, y: y - 3, class: 'type' }, type),
    drawn('text', { x, y: y + 13, class: 'uuid' }, shortened(uuid)),
  );
}
