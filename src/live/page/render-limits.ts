import { HoldfastError } from "../../errors/index.js";

/** How often what a component renders may lead to another round of updates, and a page to another pass. */
export const MAX_ROUNDS = 100;

/** A page that is never done: rendering it changes what it renders. */
export function renderLoop(view: string): HoldfastError {
  return new HoldfastError("render_loop", {
    what: `The view "${view}" never finishes rendering: each render changes what it renders.`,
    expected: `at most ${MAX_ROUNDS} rounds of updates in one render`,
    fix: "let `update` change a parent only if something changed, and pass lists and functions that stay identical between renders",
  });
}

/** A page with more live parts than the limit allows. */
export function pageLimit(view: string, limit: number): HoldfastError {
  return new HoldfastError("component_limit", {
    what: `A page of the view "${view}" has more than ${limit} live components, or nested views.`,
    expected: "live components for what has state, function components for everything else",
    fix: "raise the limit `components`, or render rows with a function",
  });
}
