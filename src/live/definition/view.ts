import type { StandardSchemaV1 } from "@standard-schema/spec";
import { HoldfastError, type Mistake } from "../../errors/index.js";
import { checkValue, having, OBJECT, type OptionsPlace } from "../../errors/options.js";
import type { ComponentCall, Rendered, ViewCall } from "../../html/index.js";
import type { MessageSource, PayloadOf, ResultOf } from "../features/messages/index.js";
import type { UploadEntry, UploadNames } from "../features/uploads/index.js";
import {
  Callbacks, type AssignsOf, type BaseAssigns, type Frozen, type MaybePromise, type MountContext, type MountResult, type Overwrite,
  type Redirect,
} from "../socket/index.js";
import { checkedContainer, type Container, type ContainerElement } from "./container.js";
import { declaredEvents, type DeclaredEvent, type EventDefinitions, type EventRefs } from "./events.js";
import { eventRefs } from "./event-refs.js";
import { knownKeys, knownSchema } from "./known-keys.js";
import { observed } from "./observed.js";
import type { ViewState, NoOthers, Spelt, Unmounted, Unseen, Written } from "./mount-state.js";
import type { OnMount } from "./on-mount.js";
import type { MountSocket, Socket } from "./socket.js";
import { unnamed } from "./unnamed.js";

/** A policy: true admits the user. It receives the hooks' assigns, which say who the user is. */
export type Policy<A extends object, Context, Action extends string = string> = (
  assigns: Frozen<A & BaseAssigns<Action>>,
  context: Context,
) => MaybePromise<boolean>;

/** The output of a schema, or the default without one. */
type ParamsOf<P> = P extends StandardSchemaV1 ? StandardSchemaV1.InferOutput<P> : Readonly<Record<string, unknown>>;
/** What a schema accepts, or the default without one. */
type ParamsInput<P> = P extends StandardSchemaV1 ? StandardSchemaV1.InferInput<P> : Readonly<Record<string, unknown>>;

/**
 * A view's definition. Everything is inferred: `A` from the hooks, `R` from mount, `T` from the topics, `E`, `B`, `F`, `H`,
 * `I` and `Names` from the events. `S` is `ViewState<A, R>`, `On` the references to the events.
 */
export interface ViewDefinition<
  A extends object, P, T, R, S extends object, E, B, F, H, I, Names extends string, Actions extends readonly string[],
  On = EventRefs<Names, B, F>,
> {
  /** For errors, logs and telemetry, and to find a sticky view again. Default: where it is defined, such as `view at posts.ts:12`. */
  name?: string;
  /** The schema of the path's and the query's parameters; if it refuses them, the page is a 404. */
  params?: P;
  /** The actions that its routes may name, for `liveAction`. */
  actions?: Actions;
  /** Who may see the view: checked at mount, at every patch and before every event. `"public"`: everybody. */
  authorize: "public" | Policy<A, MountContext<ParamsOf<P>>, Actions[number]>;
  /** The element that the view lives in. Default: a `div` without further attributes. */
  container?: Container;
  /**
   * What the view listens to, under its own names. Subscribed before mount reads, so that no message is missed in between;
   * recomputed at each patch, when only the differences are subscribed and unsubscribed.
   */
  topics?(context: { readonly params: ParamsOf<P>; readonly assigns: Frozen<A & BaseAssigns<Actions[number]>> }): T;
  /** Called on the HTTP request, and again when the socket has joined. The result becomes assigns. */
  mount?(socket: MountSocket<A, Actions[number]>, context: MountContext<ParamsOf<P>>): MaybePromise<R>;
  /** Called after mount and whenever the URL changes within the view. */
  handleParams?(socket: Socket<S, Actions[number]>, context: MountContext<ParamsOf<P>>): MaybePromise<void | Redirect>;
  /** Handlers of messages, by the topics' names. A call's handler returns its reply. */
  messages?: {
    [Name in keyof NoInfer<T>]?: (
      socket: Socket<S, Actions[number]>,
      payload: PayloadOf<T[Name]>,
    ) => MaybePromise<ResultOf<T[Name], void | Redirect>>;
  } & NoOthers;
  /**
   * Called as files of an upload arrive, by the upload's name: each time the client reports a file's progress, with the
   * file's current state.
   *
   * @example
   * progress: { images: (socket, { done, name }) => done && socket.putFlash("info", `${name} is here`) }
   */
  progress?: {
    [Name in UploadNames<AssignsOf<R>>]?: (socket: Socket<S, Actions[number]>, entry: UploadEntry) => MaybePromise<unknown>
  };
  /** The events that the client may send. */
  events?: EventDefinitions<S, E, B, F, H, I, Names, Actions[number]>;
  /** Renders the page. Pure: the same assigns give the same template. */
  render(assigns: Frozen<S & BaseAssigns<Actions[number]>>, on: Frozen<On>): Rendered | ComponentCall | ViewCall;
  /** Called when the connected view ends, with the reason. Its assigns are still available; the page is not. */
  terminate?(socket: Socket<S, Actions[number]>, reason: TerminateReason): void;
}

/** Why a view ended: its user left or navigated elsewhere, its socket closed, or its code threw. */
export type TerminateReason = "left" | "navigated" | "closed" | "crashed";

const KEYS = [
  "name", "params", "actions", "authorize", "container", "topics", "mount", "handleParams", "messages", "progress",
  "events", "render", "terminate",
] as const;

type ViewKey = (typeof KEYS)[number];

/** A message's handler, with its types erased. */
type DeclaredMessage = (socket: object, payload: unknown) => MaybePromise<unknown>;

/**
 * A defined view: what routes name and the engine runs. `Needs` are the assigns that its live session must provide, `Params`
 * what it takes from its path or its parent, `Action` the actions that its routes may name. `LiveView` without arguments is
 * any view; the compiler then does not know its needs.
 */
export class LiveView<Needs extends object = never, Params = never, Action extends string = never> {
  /** Types only. */
  declare readonly needs?: (needs: Needs) => void;
  declare readonly takes?: (params: Params) => void;
  declare readonly actions?: (action: Action) => void;
  readonly name: string;
  /** Whether its definition has a name. */
  readonly named: boolean;
  /** Distinguishes unnamed views, so that proofs of one are worthless to another. The same in each process of an application. */
  readonly identity: string;
  readonly params: StandardSchemaV1 | undefined;
  readonly authorize: "public" | ((assigns: object, context: MountContext<unknown>) => MaybePromise<boolean>);
  readonly hooks: readonly OnMount<object, never>[];
  readonly topics: ((context: { params: unknown; assigns: object }) => Readonly<Record<string, MessageSource>>) | undefined;
  readonly mount: ((socket: object, context: MountContext<unknown>) => MaybePromise<unknown>) | undefined;
  readonly handleParams: ((socket: object, context: MountContext<unknown>) => MaybePromise<void | Redirect>) | undefined;
  readonly messages: ReadonlyMap<string, DeclaredMessage>;
  /** The handlers that features call. */
  readonly callbacks: Callbacks;
  readonly container: ContainerElement | undefined;
  readonly events: ReadonlyMap<string, DeclaredEvent>;
  readonly refs: EventRefs<string>;
  readonly render: (assigns: object, on: EventRefs<string>) => unknown;
  readonly terminate: ((socket: object, reason: TerminateReason) => void) | undefined;

  constructor(definition: object, hooks: readonly OnMount<object, never>[]) {
    checkValue("view_definition_invalid", DEFINE, "the definition", definition, OBJECT);
    const given = definition as Partial<LiveView> & { messages?: object; progress?: object; events?: object; container?: Container };
    const { authorize, render } = given;
    this.name = given.name ?? unnamed("view");
    this.named = given.name !== undefined;
    this.identity = this.named ? `named ${this.name}` : `unnamed ${++unnamedViews}`;
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
    knownSchema(given.params, "params", `view "${this.name}"`);
    this.params = given.params;
    this.authorize = authorize;
    this.hooks = hooks;
    this.topics = given.topics;
    this.mount = given.mount;
    this.handleParams = given.handleParams;
    this.messages = new Map(Object.entries(given.messages ?? {}) as [string, DeclaredMessage][]);
    this.callbacks = new Callbacks(given);
    this.render = render;
    this.terminate = given.terminate;
    this.container = checkedContainer(given.container, this.name);
    const own = declaredEvents(given.events, `view "${this.name}"`);
    const brought = hooks.flatMap((hook) => [...hook.events]);
    const twice = brought.find(([name]) => own.has(name));
    if (twice !== undefined) {
      throw new HoldfastError("view_definition_invalid", {
        what: `The view "${this.name}" declares the event "${twice[1].declared}", which one of its hooks already brings.`,
        expected: "another name", fix: `rename it, or render the hook's own: hook.on.${twice[1].declared}`,
      });
    }
    this.events = brought.length === 0 ? own : new Map([...brought, ...own]);
    this.refs = eventRefs(own, `view "${this.name}"`);
    if (given.name !== undefined) renameView(given.name, this);
  }
}

const DEFINE: OptionsPlace = { of: "liveView.define", fix: 'liveView.define({ authorize: "public", render: () => html`…` })' };
const USE: OptionsPlace = { of: "liveView.use", fix: "liveView.use(signedIn), with what onMount(…) returns" };
const HOOK = having("a hook: what onMount(…) returns", "run");

let unnamedViews = 0;
const named = new Map<string, WeakRef<LiveView>>();

/** From now on the view is found under this name. */
export function renameView(name: string, view: LiveView): void {
  named.set(name, new WeakRef(view));
}

/** The last view defined under a name. */
export function viewNamed(name: string): LiveView | undefined {
  return named.get(name)?.deref();
}

/** A hook whose needs are met, or an error sentence that says what is missing. */
type Fitting<A extends object, Adds extends object, Needs extends object> = A extends Needs
  ? OnMount<Adds, Needs> : OnMount<Adds, Needs> & Mistake<"a hook that this one needs must be used before it">;

/** The application's own base view: hooks that every view built on it runs, and their assigns. */
export class LiveViewBase<A extends object, Needs extends object = {}> {
  readonly #hooks: readonly OnMount<object, never>[];

  constructor(hooks: readonly OnMount<object, never>[]) {
    this.#hooks = hooks;
  }

  /**
   * A base with one more hook. Hooks run in the order in which they were added.
   *
   * @throws HoldfastError `view_definition_invalid` for what is no hook
   * @example
   * export const userView = liveView.use(confirmedUser);
   */
  use<Adds extends object, HookNeeds extends object>(hook: Fitting<A, Adds, HookNeeds>): LiveViewBase<Overwrite<A, Adds>, Needs> {
    checkValue("view_definition_invalid", USE, "the hook", hook, HOOK);
    return new LiveViewBase([...this.#hooks, hook as OnMount<object, never>]);
  }

  /**
   * A base for views whose live session runs the hook: its assigns are typed, and routing such a view in a live session
   * without the hook does not compile.
   *
   * @example
   * export const adminView = liveView.expects(adminUser);
   */
  expects<Adds extends object, HookNeeds extends object>(
    _hook: OnMount<Adds, HookNeeds>,
  ): LiveViewBase<Overwrite<A, Adds>, Overwrite<Needs, Adds>> {
    return new LiveViewBase(this.#hooks);
  }

  /**
   * Defines a view. The assigns of hooks and mount and the types of payloads are inferred.
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
  // `{}`: a view without topics and events adds nothing.
  define<
    R extends MountResult<R> = Unmounted, T extends Readonly<Record<string, MessageSource>> = {},
    E = {}, B = {}, const F = {}, H = {}, I = {}, Names extends string = never, const Actions extends readonly string[] = [],
    P extends StandardSchemaV1 | undefined = undefined, Keys extends string = never,
  >(
    definition: ViewDefinition<
      A, P, T, R, Spelt<ViewState<A, R>, "mount", Keys, ViewKey>, E, B, F, H, I, Names, Actions,
      Spelt<EventRefs<Names, B, F>, "events", Keys, ViewKey>
    > | Unseen<R> | Written<Keys>,
  ): LiveView<Needs, ParamsInput<P>, Actions[number]> {
    return observed(new LiveView(definition, this.#hooks));
  }
}

/**
 * The base of all bases: no hooks.
 *
 * @example
 * export const Home = liveView.define({ authorize: "public", render: () => html`<h1>Hello</h1>` });
 * export const userView = liveView.use(signedIn);
 */
export const liveView: LiveViewBase<{}, {}> = new LiveViewBase([]);
