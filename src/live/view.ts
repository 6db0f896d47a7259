import type { StandardSchemaV1 } from "@standard-schema/spec";
import { HoldfastError } from "../errors/index.js";
import type { Rendered } from "../html/index.js";
import { EventRef } from "../js/index.js";
import { checkedContainer, type ContainerElement } from "./container.js";
import type { Redirect } from "./control.js";
import { declaredEvents } from "./events.js";
import { knownKeys } from "./known-keys.js";
import type {
  Assigns, AssignsOf, BaseAssigns, EventDefinition, MaybePromise, MountContext, MountSocket, Policy, Socket, ViewDefinition,
} from "./types.js";

/** A hook that runs before mount, on the HTTP request and again when the socket mounts. */
export interface OnMount<A extends object> {
  readonly run: (socket: MountSocket<Assigns>, context: MountContext) => MaybePromise<Redirect | object | void>;
  /** Only a type: what the hook adds to the assigns. */
  readonly assigns?: A;
}

/**
 * Defines an on-mount hook. It returns assigns and the mount goes on, or a redirect and it ends there.
 *
 * @example
 * export const signedIn = onMount(async (socket, { session }) => {
 *   const currentUser = await socket.assignNew("currentUser", () => accounts.getUser(session.userId));
 *   if (!currentUser) return redirect("/login");
 *   return { currentUser };
 * });
 */
export function onMount<R extends object | void>(
  run: (socket: MountSocket<Assigns>, context: MountContext) => MaybePromise<R>,
): OnMount<AssignsOf<R>> {
  return { run: run as OnMount<AssignsOf<R>>["run"] };
}

const KEYS = ["name", "params", "authorize", "container", "mount", "handleParams", "events", "render"];

/** A view, defined: what routes name and the engine runs. Its types have done their work. */
export class LiveView {
  readonly name: string;
  readonly params: StandardSchemaV1 | undefined;
  readonly authorize: "public" | Policy<Assigns, MountContext<unknown>>;
  readonly hooks: readonly OnMount<object>[];
  readonly mount: ((socket: MountSocket<Assigns>, context: MountContext<unknown>) => MaybePromise<unknown>) | undefined;
  readonly handleParams:
    ((socket: Socket<Assigns>, context: MountContext<unknown>) => MaybePromise<void | Redirect>) | undefined;
  readonly container: ContainerElement | undefined;
  readonly events: ReadonlyMap<string, EventDefinition<object, unknown>>;
  readonly refs: Readonly<Record<string, EventRef>>;
  readonly render: (assigns: Assigns & BaseAssigns, on: Readonly<Record<string, EventRef>>) => Rendered;

  constructor(definition: ViewDefinition<Assigns, StandardSchemaV1 | undefined, unknown, Record<string, unknown>, string>, hooks: readonly OnMount<object>[]) {
    const { authorize, render } = definition;
    this.name = definition.name ?? "view";
    knownKeys(definition, KEYS, `view "${this.name}"`);
    if (authorize !== "public" && typeof authorize !== "function") {
      throw new HoldfastError("view_without_policy", {
        what: `The view "${this.name}" does not say who may see it.`,
        expected: `authorize: "public", or a function of the hooks' assigns`,
        got: typeof authorize,
        fix: "authorize: ({ currentUser }) => currentUser.role === \"editor\"",
      });
    }
    if (typeof render !== "function") {
      throw new HoldfastError("view_definition_invalid", {
        what: `The view "${this.name}" has no render.`, expected: "a function", got: typeof render,
        fix: "render: (assigns, on) => html`…`",
      });
    }
    this.params = definition.params;
    this.authorize = authorize as LiveView["authorize"];
    this.hooks = hooks;
    this.mount = definition.mount as LiveView["mount"];
    this.handleParams = definition.handleParams as LiveView["handleParams"];
    this.render = render as LiveView["render"];
    this.container = checkedContainer(definition.container, this.name);
    this.events = declaredEvents(definition.events, `view "${this.name}"`);
    const refs = Object.create(null) as Record<string, EventRef>;
    for (const name of this.events.keys()) refs[name] = new EventRef(name);
    this.refs = Object.freeze(refs);
  }
}

/** The application's own kind of view: hooks that every view built on it runs, and the assigns that they give. */
export class LiveViewBase<A extends object> {
  readonly #hooks: readonly OnMount<object>[];

  constructor(hooks: readonly OnMount<object>[]) {
    this.#hooks = hooks;
  }

  /**
   * A base with one more hook. Hooks run in the order in which they were added.
   *
   * @example
   * export const userView = liveView.use(confirmedUser);
   */
  use<B extends object>(hook: OnMount<B>): LiveViewBase<A & B> {
    return new LiveViewBase<A & B>([...this.#hooks, hook as OnMount<object>]);
  }

  /**
   * Defines a view. The hooks' and the mount's assigns and the payloads' types are inferred.
   *
   * @throws HoldfastError `view_without_policy`, `view_definition_invalid`
   * @example
   * export const Counter = liveView.define({
   *   authorize: "public",
   *   mount: () => ({ count: 0 }),
   *   events: { inc: { handle: (socket) => socket.update("count", (n) => n + 1) } },
   *   render: ({ count }, on) => html`<button phx-click=${on.inc}>${count}</button>`,
   * });
   */
  // `{}`: a view without mount and events adds nothing.
  define<R = {}, E = {}, Names extends string = never, P extends StandardSchemaV1 | undefined = undefined>(
    definition: ViewDefinition<A, P, R, E, Names>,
  ): LiveView {
    return new LiveView(definition as never, this.#hooks);
  }
}

/** The base of all bases: no hooks. */
export const liveView: LiveViewBase<{}> = new LiveViewBase([]);
