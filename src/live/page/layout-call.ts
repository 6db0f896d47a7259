import { isDevelopment } from "../../errors/index.js";
import type { AnyLayout } from "./view-init.js";

/** The layouts that have been called. */
const called = new WeakSet<object>();

/**
 * Calls a live layout. In development its first call is watched: if it does not read `inner`, the page shows nothing of its view, and no
 * error says why.
 *
 * @param lacking called if it does not
 */
export function callLayout(layout: AnyLayout, assigns: object, lacking: () => void): unknown {
  if (called.has(layout)) return layout(assigns as never);
  called.add(layout);
  if (!isDevelopment()) return layout(assigns as never);
  let read = false;
  const result = layout(new Proxy(assigns, {
    get(target, name): unknown {
      if (name === "inner") read = true;
      return Reflect.get(target, name);
    },
    ownKeys(target) {
      // `{ ...assigns }` hands it on.
      read = true;
      return Reflect.ownKeys(target);
    },
  }) as never);
  if (!read) lacking();
  return result;
}
