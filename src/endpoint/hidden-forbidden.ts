import type { Context, MiddlewareHandler } from "hono";
import { NotFound, StatusError } from "../errors/index.js";

/** Answers take a whole number of these, ms: whoever measures learns no more than how many. */
const STEP_MS = 100;

/**
 * Makes what a user may not see look like what is not there, where the application wants it: the same page, and at the same
 * time. The code that refuses and the code that finds nothing take different times, and an answer that waits for the next
 * step takes the same.
 */
export class HiddenForbidden {
  readonly #hides: (path: string) => boolean;
  readonly #startedAt = new WeakMap<Context, number>();

  constructor(option: boolean | ((path: string) => boolean)) {
    this.#hides = typeof option === "function" ? option : () => option;
  }

  /** Whether a 403 at this path is to look like a 404. */
  readonly hides = (path: string): boolean => this.#hides(path);

  /** Notes when a request began. */
  readonly middleware: MiddlewareHandler = (c, next) => {
    this.#startedAt.set(c, performance.now());
    return next();
  };

  /** What a request is answered for, and when: 403 becomes 404, and both wait for the same moment. */
  async shown(c: Context, error: unknown): Promise<unknown> {
    const status = error instanceof StatusError ? error.status : 500;
    if ((status !== 403 && status !== 404) || !this.#hides(c.req.path)) return error;
    await stepEnd(this.#startedAt.get(c) ?? performance.now());
    return status === 403 ? new NotFound() : error;
  }
}

/** Resolves when a whole number of steps has passed since a moment. */
export async function stepEnd(startedAt: number): Promise<void> {
  const passed = performance.now() - startedAt;
  const rest = Math.ceil(passed / STEP_MS) * STEP_MS - passed;
  await new Promise((resolve) => setTimeout(resolve, rest));
}
