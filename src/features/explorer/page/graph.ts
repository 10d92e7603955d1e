import type { GraphResponse } from './api.js';
import { readJson, undirectedTypes } from './api.js';
import { element } from './dom.js';
import { drawGraph } from './drawing.js';
import { emptyState } from './states.js';

/** Draws the graph around an entity, with buttons to zoom in and out. */
export async function graphOf(uuid: string, depth: string): Promise<Node> {
  const path = `/registry/${uuid}/graph?depth=${depth}&limit=150`;
  const [graph, undirected] = await Promise.all([readJson<GraphResponse>(path), undirectedTypes()]);
  if (graph.nodes.length === 1) return emptyState('It has no relations.');
  const drawing = drawGraph(graph, undirected);
  const frame = element(
    'div',
    { class: 'drawing', tabindex: 0, role: 'region', 'aria-label': 'Drawing; scroll to see all' },
    drawing,
  );
  const note = graph.partial ? 'The drawing is not complete.' : '';
  const words = `${graph.nodes.length} entities, ${graph.edges.length} relations. ${note}`;
  requestAnimationFrame(() => centre(frame));
  return element(
    'div',
    {},
    element(
      'div',
      { class: 'tools' },
      element('p', { role: 'status' }, words),
      zoom(frame, drawing),
    ),
    frame,
  );
}

function zoom(frame: HTMLElement, drawing: SVGSVGElement): HTMLElement {
  const { width, height } = drawing.viewBox.baseVal;
  let scale = 1;
  const show = (wanted: number) => {
    scale = Math.min(3, Math.max(0.2, wanted));
    drawing.setAttribute('width', String(width * scale));
    drawing.setAttribute('height', String(height * scale));
    centre(frame);
  };
  const button = (label: string, sign: string, wanted: () => number) => {
    const made = element('button', { type: 'button', 'aria-label': label }, sign);
    made.addEventListener('click', () => show(wanted()));
    return made;
  };
  const fitting = () => Math.min(frame.clientWidth / width, frame.clientHeight / height);
  requestAnimationFrame(() => show(Math.min(1, Math.max(0.45, fitting()))));
  return element(
    'div',
    { class: 'zoom', role: 'group', 'aria-label': 'Size of the drawing' },
    button('Smaller', '−', () => scale / 1.25),
    button('Fit', '⤢', fitting),
    button('Larger', '+', () => scale * 1.25),
  );
}

function centre(frame: HTMLElement): void {
  frame.scrollLeft = (frame.scrollWidth - frame.clientWidth) / 2;
  frame.scrollTop = (frame.scrollHeight - frame.clientHeight) / 2;
}
