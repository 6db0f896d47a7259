import { AsyncLocalStorage } from "node:async_hooks";
import { onTelemetry } from "../telemetry/index.js";

/** How many views' errors are remembered: those of the tests that run now. */
const MAX_VIEWS = 100;

const requests = new AsyncLocalStorage<{ error?: unknown }>();
const views = new Map<string, unknown>();
let watching = false;

/** Remembers from now on what the application's code throws: its error pages and frames do not say it, by design. */
export function watchThrown(): void {
  if (watching) return;
  watching = true;
  onTelemetry("holdfast:request:crashed", ({ error }) => {
    const request = requests.getStore();
    if (request !== undefined) request.error = error;
  });
  for (const event of ["holdfast:view:crashed", "holdfast:view:refused"] as const) {
    onTelemetry(event, ({ id, error }) => {
      views.delete(id);
      views.set(id, error);
      for (const oldest of views.keys()) if (views.size > MAX_VIEWS) views.delete(oldest);
    });
  }
}

/** Makes a request, and tells what the application threw while it answered. */
export async function requestThrowing(ask: () => Response | Promise<Response>): Promise<{ response: Response; thrown: unknown }> {
  const request: { error?: unknown } = {};
  const response = await requests.run(request, ask);
  return { response, thrown: request.error };
}

/** What the view with this id has thrown last. */
export function thrownBy(view: string): unknown {
  return views.get(view);
}

/** What to do with a page whose code threw. */
export function mendFirst(error: unknown): string {
  return `mend what the application threw: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
}
