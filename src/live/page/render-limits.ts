import { HoldfastError } from "../../errors/index.js";

/** How many rounds of updates one render may take, and how many passes a page. */
export const MAX_ROUNDS = 100;

/** The error for a page whose rendering changes what it renders. */
export function renderLoop(view: string): HoldfastError {
  return new HoldfastError("render_loop", {
    what: `The view "${view}" never finishes rendering: each render changes what it renders.`,
    expected: `at most ${MAX_ROUNDS} rounds of updates in one render`,
    fix: "let `update` change a parent only if something changed, and pass lists and functions that stay identical between renders",
  });
}

/** The error for a page with more live parts than the limit allows. */
export function pageLimit(view: string, limit: number): HoldfastError {
  return new HoldfastError("component_limit", {
    what: `A page of the view "${view}" has more than ${limit} live components, or nested views.`,
    expected: "live components for what has state, function components for everything else",
    fix: "raise the limit `components`, or render rows with a function",
  });
}
