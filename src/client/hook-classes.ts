import type { ViewHook } from "phoenix_live_view";
import { AnsweredHook } from "./answered-hook.js";
import type { ClientHooks, HookClass, HookObject } from "./hooks.js";

/** Hooks for the npm client: those that are objects become classes of ours, because it makes its own `ViewHook` of an object. */
export function hookClasses(hooks: ClientHooks): Readonly<Record<string, HookClass>> {
  return Object.fromEntries(Object.entries(hooks).map(([name, hook]) => [name, typeof hook === "function" ? hook : classOf(hook)]));
}

function classOf(hook: HookObject): HookClass {
  return class extends AnsweredHook {
    constructor(...[view, el]: ConstructorParameters<typeof ViewHook>) {
      super(view, el, hook);
    }
  };
}
