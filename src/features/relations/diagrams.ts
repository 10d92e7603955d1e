import type { Graph, GraphNode } from './relation.js';

/** How a diagram labels an entity. By default with its type and public id. */
export type NodeLabel = (node: GraphNode) => string;

const typeAndId: NodeLabel = ({ type, uuid }) => `${type}\n${uuid}`;

/** A graph as a Mermaid flowchart. All labels are escaped. */
export function toMermaid({ nodes, edges }: Graph, label: NodeLabel = typeAndId): string {
  const names = new Map(nodes.map(({ uuid }, at) => [uuid, `n${at}`]));
  return [
    'flowchart LR',
    ...nodes.map((node) => `  ${names.get(node.uuid)}["${mermaidText(label(node))}"]`),
    ...edges.map(
      ({ fromUuid, relation, toUuid }) =>
        `  ${names.get(fromUuid)} -->|"${mermaidText(relation)}"| ${names.get(toUuid)}`,
    ),
    '',
  ].join('\n');
}

/** A graph in the Graphviz DOT language. All labels are escaped. */
export function toDot({ nodes, edges }: Graph, label: NodeLabel = typeAndId): string {
  const quoted = (text: string) => `"${dotText(text)}"`;
  return [
    'digraph relations {',
    '  node [shape=box];',
    ...nodes.map((node) => `  ${quoted(node.uuid)} [label=${quoted(label(node))}];`),
    ...edges.map(
      ({ fromUuid, relation, toUuid }) =>
        `  ${quoted(fromUuid)} -> ${quoted(toUuid)} [label=${quoted(relation)}];`,
    ),
    '}',
    '',
  ].join('\n');
}

/** Mermaid reads entity codes within quotes; everything other than plain text becomes one. */
function mermaidText(text: string): string {
  return [...text.replaceAll(/\r\n?|\n/g, '\u0000')]
    .map((sign) => {
      if (sign === '\u0000') return '<br/>';
      return /[\p{L}\p{N} .,:/@+-]/u.test(sign) ? sign : `#${sign.codePointAt(0)};`;
    })
    .join('');
}

/** Within quotes DOT knows only this escape; a backslash would start another. */
function dotText(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', String.raw`\"`)
    .replaceAll(/\r\n?|\n/g, String.raw`\n`)
    .replaceAll('\0', '');
}
