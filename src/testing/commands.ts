import { commandsOf } from "./bindings.js";
import type { Found } from "./parser.js";
import { targetsOf, type Target, type TargetPage } from "./targets.js";

/** A page on which commands are run. */
export interface CommandPage extends TargetPage {
  /** Changes the page's URL within its view; false if the URL belongs to another view. */
  patch(href: string): Promise<boolean>;
  /** The page shall go to another view. */
  leaveFor(href: string, replace: boolean): void;
}

/** Sends an event of an element: the one that was acted on, or one whose commands that one executes. */
export type Push = (event: string, extra: object, target: Target, source: Found) => Promise<unknown>;

/**
 * Runs a binding. Of its commands the kit does those that reach the server: push, patch, navigate, and exec of such.
 *
 * @param form the form whose binding it is, if it is one
 * @returns what the last handler replied with, undefined if nothing
 */
export async function runBinding(page: CommandPage, binding: string, bound: Found, push: Push, form?: Found): Promise<unknown> {
  let reply: unknown;
  for (const [name, args] of commandsOf(binding)) {
    if (name === "push") {
      const event = String(args["event"]);
      const targets = targetsOf(page, bound, args["target"] ?? undefined, form);
      for (const target of targets) reply = await push(event, (args["value"] as object | undefined) ?? {}, target, bound);
    }
    if (name === "exec") reply = await runAttribute(page, args, bound, push);
    const href = String(args["href"]);
    if (name === "navigate" || (name === "patch" && !(await page.patch(href)))) page.leaveFor(href, args["replace"] === true);
  }
  return reply;
}

/** Commands that are kept in an attribute, of the element itself or of another. */
async function runAttribute(page: CommandPage, { attr, to }: Readonly<Record<string, unknown>>, bound: Found, push: Push): Promise<unknown> {
  let reply: unknown;
  const elements = typeof to === "string" ? page.document(to) : bound;
  for (const node of elements.get()) {
    const element = page.document(node);
    const commands = element.attr(String(attr));
    if (commands !== undefined) reply = await runBinding(page, commands, element, push);
  }
  return reply;
}

/**
 * Sends an event message.
 *
 * @returns what the handler replied with, undefined if nothing
 */
export async function sendEvent({ view, cid }: Target, payload: Readonly<Record<string, unknown>>): Promise<unknown> {
  const { response } = await view.push("event", cid === undefined ? payload : { ...payload, cid });
  const diff = response["diff"] as Readonly<Record<string, unknown>> | undefined;
  return diff?.["r"];
}
