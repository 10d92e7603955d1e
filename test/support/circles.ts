/** Names, and those that each of them leads to. */
type Graph = ReadonlyMap<string, readonly string[]>;

/**
 * The shortest way from each name back to itself: `a -> b -> a`. A circle is told once, from the
 * name that comes first in it.
 */
export function circlesIn(graph: Graph): readonly string[] {
  const circles = [...graph.keys()].flatMap((name) => {
    const way = wayBack(name, graph);
    return way && way.every((other) => name <= other) ? [[...way, name].join(' -> ')] : [];
  });
  return circles.toSorted();
}

/** The names on the shortest way from one back to itself, that one first; undefined without one. */
function wayBack(start: string, graph: Graph): readonly string[] | undefined {
  const reached = new Set<string>();
  let ways: (readonly string[])[] = [[start]];
  while (ways.length > 0) {
    const longer: (readonly string[])[] = [];
    for (const way of ways) {
      for (const next of graph.get(way.at(-1)!) ?? []) {
        if (next === start) return way;
        if (reached.has(next)) continue;
        reached.add(next);
        longer.push([...way, next]);
      }
    }
    ways = longer;
  }
  return undefined;
}
