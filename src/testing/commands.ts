import { commandsOf } from "./bindings.js";
import type { Found } from "./parser.js";
import { throwRefusal } from "./refusals.js";
import { targetsOf, type Target, type TargetPage } from "./targets.js";

/** A page on which commands are run. */
export interface CommandPage extends TargetPage {
  /** Changes the page's URL within its view; false if the URL belongs to another view. */
  patch(href: string): Promise<boolean>;
  /** Sends the page to another view. */
  leaveFor(href: string, replace: boolean): void;
}

/** Sends an event. `source` is the element whose binding pushes it: the one acted on, or the target of a `JS.exec`. */
export type Push = (event: string, extra: object, target: Target, source: Found) => Promise<unknown>;

/**
 * Runs the commands of a binding that reach the server: push, patch, navigate, and exec of these. As in the client, a push
 * does not wait for the reply to the one before it.
 *
 * @param form the form that the binding belongs to, if any
 * @returns the reply to the last push; undefined if there was none
 */
export async function runBinding(page: CommandPage, binding: string, bound: Found, push: Push, form?: Found): Promise<unknown> {
  const replies: Promise<unknown>[] = [];
  for (const [name, args] of commandsOf(binding)) {
    if (name === "push") {
      for (const target of targetsOf(page, bound, args["target"] ?? undefined, form)) {
        replies.push(push(String(args["event"]), (args["value"] as object | undefined) ?? {}, target, bound));
      }
    }
    if (name === "exec") replies.push(runAttribute(page, args, bound, push));
    if (name === "navigate") page.leaveFor(String(args["href"]), args["replace"] === true);
    if (name === "patch" && !(await page.patch(String(args["href"])))) page.leaveFor(String(args["href"]), args["replace"] === true);
  }
  return (await Promise.all(replies)).at(-1);
}

/** Commands stored in an attribute of the element itself or of another one. */
async function runAttribute(
  page: CommandPage,
  { attr, to }: Readonly<Record<string, unknown>>,
  bound: Found,
  push: Push,
): Promise<unknown> {
  const elements = typeof to === "string" ? page.document(to) : bound;
  const replies = elements.get().map((node) => {
    const element = page.document(node);
    const commands = element.attr(String(attr));
    return commands === undefined ? undefined : runBinding(page, commands, element, push);
  });
  return (await Promise.all(replies)).at(-1);
}

/**
 * Sends an event message.
 *
 * @returns the handler's reply; undefined if there was none
 * @throws HoldfastError `kit_refused` if the server refuses it and the test does not expect that
 */
export async function sendEvent({ view, cid }: Target, payload: Readonly<Record<string, unknown>>): Promise<unknown> {
  const reply = await view.push("event", cid === undefined ? payload : { ...payload, cid });
  throwRefusal(reply, payload["value"]);
  const diff = reply.response["diff"] as Readonly<Record<string, unknown>> | undefined;
  return diff?.["r"];
}
