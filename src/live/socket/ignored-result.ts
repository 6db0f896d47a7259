import { describeValue } from "../../errors/index.js";
import { andThen, type MaybePromise } from "../../mailbox/index.js";
import type { Owner, ViewHandle } from "./owner.js";

type Handler = { readonly event: string } | { readonly hook: string } | { readonly messages: string } | { readonly callback: string };

/**
 * In development, says that a handler returned an object that means nothing there, such as new assigns: nothing happens, and no error
 * says why.
 *
 * @param handler what returned it: the handler of an event or of a topic's messages, an attached hook, or a callback
 */
export function ignoredResult({ name, context }: Pick<ViewHandle, "name" | "context">, handler: Handler, result: unknown): void {
  if (!context.development || typeof result !== "object" || result === null) return;
  context.log("result ignored", { view: name, ...handler, reason: describeValue(result) });
}

/** A callback from which nothing is expected: in development the log says if it returns a redirect or assigns, which do nothing. */
export function returnsNothing<Args extends readonly unknown[]>(
  { view }: Owner, callback: string, job: (...args: Args) => MaybePromise<void>,
): (...args: Args) => MaybePromise<void> {
  return view.context.development ? (...args) => andThen(job(...args), (result) => ignoredResult(view, { callback }, result)) : job;
}
