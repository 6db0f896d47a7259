import { describeValue } from "../errors/index.js";
import type { ViewHandle } from "./socket/index.js";

/**
 * In development, says that a handler returned an object that means nothing there, such as new assigns: nothing happens, and no error
 * says why.
 *
 * @param handler what returned it: an event's handler, or a callback
 */
export function ignoredResult({ name, context }: Pick<ViewHandle, "name" | "context">, handler: { readonly event: string } | { readonly callback: string }, result: unknown): void {
  if (!context.development || typeof result !== "object" || result === null) return;
  context.log("result ignored", { view: name, ...handler, reason: describeValue(result) });
}
