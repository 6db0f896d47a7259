/**
 * Runs a few jobs at once; the others wait in their order.
 *
 * @param atOnce how many run
 * @param waiting how many may wait; one more is refused
 * @param busy creates the error for a refusal
 * @example
 * const hashing = createQueue(2, 100, () => new StatusError(503, "too many passwords at once"));
 * await hashing(() => hash(password));
 */
export function createQueue(atOnce: number, waiting: number, busy: () => Error): <T>(job: () => Promise<T>) => Promise<T> {
  const turns: (() => void)[] = [];
  let running = 0;

  return async (job) => {
    if (running < atOnce) running++;
    else if (turns.length >= waiting) throw busy();
    else await new Promise<void>((resolve) => turns.push(resolve));
    try {
      return await job();
    } finally {
      // The next one takes this one's place.
      const next = turns.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
