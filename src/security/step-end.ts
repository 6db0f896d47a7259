/** Answers that must not tell by their time take a whole number of these, ms: whoever measures learns no more than how many. */
const STEP_MS = 100;

/**
 * Resolves when a whole number of steps has passed since a moment. The code that refuses and the code that finds nothing take
 * different times; two answers that both wait for the end of a step take the same.
 *
 * @param startedAt ms, as `performance.now()` gives them
 */
export async function stepEnd(startedAt: number): Promise<void> {
  const passed = performance.now() - startedAt;
  const rest = Math.ceil(passed / STEP_MS) * STEP_MS - passed;
  await new Promise((resolve) => setTimeout(resolve, rest));
}
