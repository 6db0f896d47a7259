import { HoldfastError } from "../../errors/index.js";
import { callSite } from "../../html/index.js";
import type { Assigns } from "./types.js";

const made = new WeakMap<Assigns, Assigns>();

/**
 * The assigns as an object that cannot be written to, for development. Without a compiler `socket.assigns.count++` would change the
 * assign, and the page would not show it.
 *
 * @throws HoldfastError `socket_misuse` when something is written
 */
export function readOnlyAssigns(assigns: Assigns): Assigns {
  let proxy = made.get(assigns);
  if (proxy === undefined) made.set(assigns, (proxy = new Proxy(assigns, { set: refuse, deleteProperty: refuse, defineProperty: refuse })));
  return proxy;
}

function refuse(_: Assigns, name: string | symbol): never {
  const key = String(name);
  const at = callSite();
  throw new HoldfastError("socket_misuse", {
    what: `socket.assigns.${key} is written to.`,
    expected: "a call: it also makes the page render",
    got: "a change that no page would show",
    ...(at !== undefined && { at }),
    fix: `socket.assign({ ${key}: value }), or socket.update("${key}", (${key}) => …)`,
  });
}
