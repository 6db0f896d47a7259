import type { LiveSocket, ViewHook } from "phoenix_live_view";
import type { Mistake } from "../errors/index.js";
import type { HookDeclaration, HookMessage, HookPush, MessagePayload, NoPayload, PushPayload, PushReply } from "../hooks/index.js";
import { AnsweredHook, type HookTarget } from "./answered-hook.js";

export type { HookTarget };

/** A listener, to pass to `removeHandleEvent`. */
export interface HookListener {
  readonly event: string;
}

/** The names of a declaration's pushes that need no payload. */
type Bare<D extends HookDeclaration> = {
  [N in keyof D["pushes"]]: NoPayload extends PushPayload<D["pushes"][N]> ? N : never;
}[keyof D["pushes"]];

/** `this` of a hook: the npm client's own methods, typed by the declaration. */
export interface HookInstance<D extends HookDeclaration, E extends HTMLElement = HTMLElement> {
  /** The element with `phx-hook`. */
  readonly el: E;
  readonly liveSocket: LiveSocket;
  /** JS commands that respect what the server patches. */
  js(): ReturnType<ViewHook["js"]>;
  /**
   * Pushes an event to the view.
   *
   * @returns the reply; rejects while there is no connection, if the push is too large to be sent, and if the server refuses the
   * event
   */
  pushEvent<N extends Bare<D> & string>(name: N): Promise<PushReply<D["pushes"][N]>>;
  pushEvent<N extends keyof D["pushes"] & string>(name: N, payload: PushPayload<D["pushes"][N]>): Promise<PushReply<D["pushes"][N]>>;
  /** Pushes an event to the views or components of all elements that match `target`: a result for each, as with `pushEvent`. */
  pushEventTo<N extends keyof D["pushes"] & string>(
    target: HookTarget, name: N, payload: PushPayload<D["pushes"][N]>,
  ): Promise<PromiseSettledResult<{ reply: PushReply<D["pushes"][N]>; ref: number }>[]>;
  /** Listens to an event from the server. */
  handleEvent<N extends keyof D["messages"] & string>(
    name: N, handler: (payload: MessagePayload<D["messages"][N]>) => void,
  ): HookListener;
  removeHandleEvent(listener: HookListener): void;
  upload(name: string, files: FileList | readonly Blob[]): void;
  uploadTo(target: HookTarget, name: string, files: FileList | readonly Blob[]): void;
}

/** The lifecycle callbacks of a hook. */
export interface HookMethods<E extends HTMLElement = HTMLElement> {
  /** The element is on the page, and its view has joined. */
  mounted(): void;
  /** The element is about to be patched into `to`. */
  beforeUpdate(to: E): void;
  updated(): void;
  destroyed(): void;
  disconnected(): void;
  reconnected(): void;
}

/** The callbacks that a hook defines. */
export type HookCallbacks<E extends HTMLElement = HTMLElement> = Partial<HookMethods<E>>;

/** `Word` with any one of its letters left out. */
type Shortened<Word extends string, Before extends string = ""> =
  Word extends `${infer Letter}${infer After}` ? `${Before}${After}` | Shortened<After, `${Before}${Letter}`> : never;

/** Two words share one of these if they differ by one letter, by two that are swapped, or not at all. */
type Similar<Word extends string> = Word | Shortened<Word>;

/** Elsewhere callbacks begin with `on`. */
type WithoutOn<Name extends string> = Name extends `on${infer Callback}` ? Callback : Name;

/** The callback whose name a method's resembles. A different word, such as `update`, resembles none. */
type CallbackLike<Name extends string> = {
  [Callback in keyof HookMethods]:
    [Similar<WithoutOn<Lowercase<Name>>> & Similar<Lowercase<Callback>>] extends [never] ? never : Callback
}[keyof HookMethods];

/** An error sentence for each method whose name is a callback's misspelt: nobody would call it. */
type Spelled<Own> = {
  readonly [Name in keyof Own]: Name extends keyof HookMethods | "update" | "updates" | "updater" ? unknown
    : Own[Name] extends (...args: never) => unknown
      ? [CallbackLike<Name & string>] extends [never] ? unknown : Mistake<`the client calls ${CallbackLike<Name & string>}`>
      : unknown
};

/** A declaration of unknown shape. */
type AnyHook = HookDeclaration<string, Readonly<Record<string, HookPush<object, unknown>>>, Readonly<Record<string, HookMessage<never>>>>;

/** A hook as an object: its `this` has the npm client's methods. */
export type HookObject = HookCallbacks & ThisType<HookInstance<AnyHook> & Readonly<Record<string, unknown>>>;

/** A hook as a class that extends `viewHook(…)` or the npm client's `ViewHook`. */
export type HookClass<Instance extends object = object> = abstract new (...args: never) => Instance;

/** Hooks by the name in `phx-hook`. */
export type ClientHooks = Readonly<Record<string, HookObject | HookClass>>;

/**
 * The browser's side of a declared hook, under its name, for `hooks` of `connect`.
 *
 * @param declaration from `defineHook`
 * @param hook callbacks, methods and properties; all of them, and the npm client's methods, are typed on `this`
 * @example
 * connect({ hooks: { ...clientHook(Chart, {
 *   async mounted() {
 *     this.handleEvent("points", ({ values }) => draw(this.el, values));
 *     const { label } = await this.pushEvent("picked", { index: 0 });
 *   },
 * }) } });
 */
export function clientHook<D extends HookDeclaration, Own extends object, E extends HTMLElement = HTMLElement>(
  declaration: D, hook: Own & Spelled<Own> & HookCallbacks<E> & ThisType<Own & HookInstance<D, E>>,
): Readonly<Record<D["name"], HookObject>> {
  const named: Record<string, HookObject> = { [declaration.name]: hook as HookObject };
  return named as Record<D["name"], HookObject>;
}

/**
 * The npm client's `ViewHook`, typed for a declared hook that is a class.
 *
 * @example
 * class ChartHook extends viewHook(Chart) {
 *   override mounted() { void this.pushEvent("picked", { index: 0 }); }
 * }
 * connect({ hooks: { [Chart.name]: ChartHook } });
 */
export function viewHook<D extends HookDeclaration, E extends HTMLElement = HTMLElement>(
  _declaration: D,
): HookClass<HookInstance<D, E> & HookMethods<E>> {
  return AnsweredHook as HookClass as HookClass<HookInstance<D, E> & HookMethods<E>>;
}

/**
 * Listens to an event that the server pushes to the page rather than to a hook.
 *
 * @param event a `pageEvent`, or a message of `defineHook`
 * @returns a function that stops listening
 * @example
 * onPageEvent(confetti, ({ pieces }) => throwConfetti(pieces));
 */
export function onPageEvent<P>(event: HookMessage<P>, handler: (payload: P) => void): () => void {
  const type = `phx:${event.name}`;
  const listener = (pushed: Event): void => handler((pushed as CustomEvent<P>).detail);
  window.addEventListener(type, listener);
  return () => window.removeEventListener(type, listener);
}

/**
 * Loads the hooks of the modules that the server lists in the page (`createEndpoint({ clientHooks })`), for your own entry.
 *
 * @param load imports a module by its URL; pass `(url) => import(url)` from your own file, where you can tell a bundler to
 * leave that import alone
 * @throws {Error} as `hooksOf` does
 * @example
 * connect({ hooks: { ...await pageHooks((url) => import(url)), ...mine } });
 */
export async function pageHooks(load: (url: string) => Promise<unknown>): Promise<ClientHooks> {
  const links = [...document.querySelectorAll<HTMLLinkElement>("link[data-holdfast-hooks]")];
  return hooksOf(await Promise.all(links.map(({ href }) => load(href).catch((error: unknown) => {
    // After a deploy, for instance. A page without one hook is better than a page without its server.
    console.error(`[holdfast] The hooks of ${href} are missing.`, error);
    return {};
  }))));
}

/**
 * The hooks of modules that lie beside their views and that the server lists in the page as `<link rel="modulepreload"
 * href="…" integrity="…" data-holdfast-hooks>`. A module's default export is what `clientHook` returns, or an object of hooks
 * by name; a module without one adds no hooks.
 *
 * @param modules the imported modules
 * @throws {Error} if a default export is something else, or if two modules define the same hook
 * @example
 * connect({ hooks: hooksOf(await Promise.all([import("/hooks/chart.js"), import("/hooks/map.js")])) });
 */
export function hooksOf(modules: readonly unknown[]): ClientHooks {
  const hooks: Record<string, HookObject | HookClass> = {};
  for (const module of modules) {
    if (typeof module !== "object" || module === null || !("default" in module)) continue;
    const { default: found } = module;
    if (typeof found !== "object" || found === null) throw new Error("The default export of a module of hooks is not hooks by name.");
    for (const [name, hook] of Object.entries(found as ClientHooks)) {
      if (Object.hasOwn(hooks, name)) throw new Error(`Two modules define the hook ${JSON.stringify(name)}.`);
      hooks[name] = hook;
    }
  }
  return hooks;
}
