// Circles in a graph of files: Tarjan's strongly connected components, and a shortest way around each.

/**
 * Sets of files that all reach each other, of two or more, or of one that imports itself. Sorted, so that they can be compared.
 *
 * @param graph a Map from each file to a Set of the files that it imports, or a Map by them
 * @see https://doi.org/10.1137/0201010 (Tarjan 1972)
 */
export function knotsOf(graph) {
  const order = new Map(); // when a file was first seen
  const lowest = new Map(); // the first-seen file on the stack that it reaches
  const stack = [];
  const onStack = new Set();
  const knots = [];

  const visit = (file) => {
    order.set(file, order.size);
    lowest.set(file, order.get(file));
    stack.push(file);
    onStack.add(file);
    for (const next of graph.get(file)?.keys() ?? []) {
      if (!order.has(next)) visit(next);
      if (onStack.has(next)) lowest.set(file, Math.min(lowest.get(file), lowest.get(next)));
    }
    if (lowest.get(file) !== order.get(file)) return;
    const knot = stack.splice(stack.indexOf(file));
    for (const each of knot) onStack.delete(each);
    if (knot.length > 1 || graph.get(file)?.has(file)) knots.push(knot.sort());
  };

  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return knots.sort((a, b) => (a[0] < b[0] ? -1 : 1));
}

/** A shortest way from a knot's first file around and back to it. */
export function circleIn(graph, knot) {
  const [start] = knot;
  const cameFrom = new Map();
  const queue = [start];
  for (const file of queue) {
    for (const next of graph.get(file)?.keys() ?? []) {
      if (next === start) {
        const way = [start];
        for (let at = file; at !== start; at = cameFrom.get(at)) way.unshift(at);
        return [start, ...way];
      }
      if (!knot.includes(next) || cameFrom.has(next)) continue;
      cameFrom.set(next, file);
      queue.push(next);
    }
  }
  throw new Error(`${knot.join(", ")} is no knot`);
}
