/** Answers whose timing must reveal nothing take a whole number of these, ms: measuring tells only how many. */
const STEP_MS = 100;

/**
 * Resolves when a whole number of steps has passed since a moment. Refusing and finding nothing take different times; if both
 * wait for the end of a step, they take the same.
 *
 * @param startedAt ms, as `performance.now()` gives them
 */
export async function stepEnd(startedAt: number): Promise<void> {
  const passed = performance.now() - startedAt;
  const rest = Math.ceil(passed / STEP_MS) * STEP_MS - passed;
  await new Promise((resolve) => setTimeout(resolve, rest));
}
