import { describeIssues, HoldfastError, NotFound, StatusError } from "../errors/index.js";
import { andThen, isPromise, type MaybePromise } from "../mailbox/index.js";
import { DeclaredTopics } from "./features/messages/index.js";
import { hooked } from "./features/hooks/index.js";
import { PendingRedirect } from "./features/redirects/index.js";
import type { AnyHook, Location, ViewInit } from "./page/index.js";
import { ignoredResult, Redirect, returnedAssigns, type MountContext, type Owner } from "./socket/index.js";

/** The view that is mounted. */
export interface MountingView extends Owner {
  readonly init: ViewInit;
  readonly location: Location;
  readonly socket: object;
  mayRun(): boolean;
  ready(): Promise<void> | undefined;
  /**
   * A hook has run: from now on its result ages.
   *
   * @param since when it began: `pubsub.moment`
   */
  watch(hook: AnyHook, since: number): void;
  /** Runs hooks and policy again if a hook's topic has invalidated a result. Returns false if one of them now refuses. */
  stillAdmits(): MaybePromise<boolean>;
}

/**
 * Mounts a view: hooks, parameters, policy, topics, mount, `handleParams`, in this order, for the GET and for the join alike.
 * Each page is mounted twice, so values that are not promises are not awaited.
 *
 * @returns a redirect, if one of them asked for it
 * @throws NotFound for parameters that the view's schema refuses; a `StatusError` of 403 if the policy refuses; whatever
 * hooks, mount and `handleParams` throw
 */
export async function mountView(view: MountingView): Promise<Redirect | undefined> {
  const { init, location } = view;
  const definition = init.view;
  const raw = contextAt(view, location, location.params);
  // The page's middleware may have waited.
  if (!view.mayRun()) return undefined;
  for (const hook of hooksOf(init)) {
    const since = view.view.context.pubsub.moment;
    const redirected = runHook(view, hook, raw);
    const target = isPromise(redirected) ? await redirected : redirected;
    if (target !== undefined) return target;
    if (!view.mayRun()) return undefined;
    view.watch(hook, since);
  }
  const context = definition.params === undefined ? raw : { ...raw, params: await parseParams(view, location) };
  if (!view.mayRun()) return undefined;
  if (definition.authorize !== "public") await authorizeOrThrow(view, context);
  if (!view.mayRun()) return undefined;
  const listening = listen(view, context);
  if (listening !== undefined) {
    await listening;
    if (!view.mayRun()) return undefined;
  }
  if (definition.mount !== undefined) {
    // Behind the page's middleware, hooks and policy.
    const ready = view.ready();
    if (ready !== undefined) await ready;
    if (!view.mayRun()) return undefined;
    const admits = view.stillAdmits();
    if (!(isPromise(admits) ? await admits : admits)) throw refusedBy(definition.name);
    if (!view.mayRun()) return undefined;
    const mounted = definition.mount(view.socket, context);
    const target = took(view, "mount", isPromise(mounted) ? await mounted : mounted);
    if (target !== undefined) return target;
  }
  return runHandleParams(view, context);
}

/** A view's hooks in order. A Set, because a hook named by both the live session and the view runs once. */
function hooksOf({ hooks, view }: ViewInit): Iterable<AnyHook> {
  return view.hooks.length === 0 ? hooks : new Set([...hooks, ...view.hooks]);
}

/** Runs one hook. Returns the redirect that it requested. */
export function runHook(view: MountingView, hook: AnyHook, context: MountContext): MaybePromise<Redirect | undefined> {
  return andThen(hook.run(view.socket as never, context) as MaybePromise<unknown>, (result) => {
    // In other frameworks a guard that returns false keeps the user out: here it must let nobody in.
    if (result === false) throw refusesByFalse(view.init.view.name);
    return took(view, "a hook", result);
  });
}

function refusesByFalse(view: string): HoldfastError {
  return new HoldfastError("view_definition_invalid", {
    what: `A hook of the view "${view}" returned false.`, expected: "assigns, nothing, or a redirect", got: "false",
    fix: 'return redirect("/login"), or throw new Forbidden(), to keep a user out; return { user } or nothing to let them in',
  });
}

/** Takes the result of a hook or mount: assigns, a redirect, or a redirect requested by a call. */
function took(view: MountingView, what: string, result: unknown): Redirect | undefined {
  if (result instanceof Redirect) return result;
  const assigns = returnedAssigns(`${what} of the view "${view.init.view.name}"`, "view_definition_invalid", result);
  if (assigns !== undefined) view.assign(assigns);
  return view.peek(PendingRedirect)?.take();
}

/**
 * Moves a view to another of its URLs: policy, topics, `handleParams`.
 *
 * @param moved called once the policy has admitted the user
 */
export async function patchView(view: MountingView, location: Location, moved: () => void): Promise<Redirect | undefined> {
  if (!view.mayRun()) return undefined;
  const context = contextAt(view, location, await parseParams(view, location));
  if (!view.mayRun()) return undefined;
  await authorizeOrThrow(view, context);
  if (!view.mayRun()) return undefined;
  moved();
  view.assign({ liveAction: location.action });
  const listening = listen(view, context);
  if (listening !== undefined) await listening;
  return runHandleParams(view, context);
}

/** Subscribes to the topics that the view declares. During the GET there is nothing to receive. */
function listen(view: MountingView, context: MountContext<unknown>): MaybePromise<void> {
  const { topics } = view.init.view;
  if (!view.mayOpen) return undefined;
  const sources = topics?.({ params: context.params, assigns: view.assigns });
  compareOnce(view, sources ?? {});
  if (sources === undefined) return undefined;
  return view.feature(DeclaredTopics).set(sources);
}

/** Views whose topics and messages have been compared. */
const compared = new WeakSet<object>();

/** Reports, at a view's first mount, topics without handlers and handlers without topics. */
function compareOnce({ init: { view }, view: { context } }: MountingView, sources: Readonly<Record<string, unknown>>): void {
  if (compared.has(view)) return;
  compared.add(view);
  for (const topic of Object.keys(sources)) {
    if (!view.messages.has(topic)) context.log("topic without handler", { view: view.name, topic });
  }
  for (const topic of view.messages.keys()) {
    if (!Object.hasOwn(sources, topic)) context.log("handler without topic", { view: view.name, topic });
  }
}

function runHandleParams(view: MountingView, context: MountContext<unknown>): MaybePromise<Redirect | undefined> {
  const { view: definition, routes } = view.init;
  if (definition.handleParams !== undefined && routes === undefined) {
    throw new HoldfastError("view_definition_invalid", {
      what: `The nested view "${definition.name}" has handleParams.`, expected: "a view without handleParams: a nested view has no URL",
      fix: "read what the parent passes from `params`, in mount",
    });
  }
  const handled = andThen(view.ready(), () => {
    if (!view.mayRun()) return undefined;
    return hooked(view, "handleParams", [context as MountContext], () => definition.handleParams?.(view.socket, context));
  });
  return andThen(handled, (result) => {
    if (result instanceof Redirect) return result;
    ignoredResult(view.view, { callback: "handleParams" }, result);
    return view.peek(PendingRedirect)?.take();
  });
}

/** The parsed parameters of a location, so that the schema runs once and not before each event. */
const parsed = new WeakMap<Location, { readonly params: unknown }>();

/** The view's parameters at a location. */
async function parseParams({ init: { view } }: MountingView, location: Location): Promise<unknown> {
  if (view.params === undefined) return location.params;
  const result = await view.params["~standard"].validate(location.params);
  if (result.issues) {
    throw new NotFound(
      `the parameters of ${view.name} are not valid: ${describeIssues(result.issues)
        .map(({ path, message }) => [path.map(String).join("."), message].filter(Boolean).join(": "))
        .join("; ")
        .slice(0, 500)}`,
    );
  }
  parsed.set(location, { params: result.value });
  return result.value;
}

/** Evaluates the view's policy with its present assigns. */
export function isAuthorized(view: MountingView): MaybePromise<boolean> {
  const { authorize, params } = view.init.view;
  if (authorize === "public") return true;
  const { location } = view;
  const known = params === undefined ? location : parsed.get(location);
  if (known !== undefined) return authorize(view.assigns, contextAt(view, location, known.params));
  return parseParams(view, location).then((own) => authorize(view.assigns, contextAt(view, location, own)));
}

async function authorizeOrThrow(view: MountingView, context: MountContext<unknown>): Promise<void> {
  const { authorize, name } = view.init.view;
  if (authorize !== "public" && !(await authorize(view.assigns, context))) throw refusedBy(name);
}

function refusedBy(name: string): StatusError {
  return new StatusError(403, `the policy of ${name} refused`);
}

export function contextAt<P>({ init: { session } }: MountingView, location: Location, params: P): MountContext<P> {
  return { params, session, uri: location.uri };
}
