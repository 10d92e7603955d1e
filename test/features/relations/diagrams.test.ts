import { describe, expect, test } from '@jest/globals';
import { toDot, toMermaid } from 'nest-dual-id/relations';
import type { Graph } from 'nest-dual-id/relations';

const [one, other] = [
  '0b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c9e',
  '5b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c9e',
] as const;
const graph: Graph = {
  nodes: [
    { uuid: one, type: 'user', status: 'active', depth: 0 },
    { uuid: other, type: 'order', status: 'archived', depth: 1 },
  ],
  edges: [{ fromUuid: one, relation: 'owner', toUuid: other }],
  partial: false,
};

describe('a Mermaid flowchart', () => {
  test('names entities by type and public id', () => {
    expect(toMermaid(graph)).toBe(`flowchart LR
  n0["user<br/>${one}"]
  n1["order<br/>${other}"]
  n0 -->|"owner"| n1
`);
  });

  test('escapes labels as text', () => {
    const label = () => '"]; click n0 "javascript:alert(1)" <b>#quot;&\n%%{init}%% `x`';
    const [, node] = toMermaid(graph, label).split('\n');
    expect(node).toBe(
      '  n0["#34;#93;#59; click n0 #34;javascript:alert#40;1#41;#34; #60;b#62;#35;quot#59;#38;<br/>#37;#37;#123;init#125;#37;#37; #96;x#96;"]',
    );
  });
});

describe('a DOT graph', () => {
  test('names entities by type and public id', () => {
    expect(toDot(graph)).toBe(`digraph relations {
  node [shape=box];
  "${one}" [label="user\\n${one}"];
  "${other}" [label="order\\n${other}"];
  "${one}" -> "${other}" [label="owner"];
}
`);
  });

  test('escapes labels as text', () => {
    const label = () => 'a"];\\n b\\';
    expect(toDot(graph, label)).toContain('[label="a\\"];\\\\n b\\\\"];');
  });
});
