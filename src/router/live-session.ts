import type { MiddlewareHandler } from "hono";
import { HoldfastError, isDevelopment, type Mistake } from "../errors/index.js";
import {
  ANYTHING, checkOptions, checkValue, either, FUNCTION, having, LIST, TEXT, type Kind, type OptionsPlace, type Shape,
} from "../errors/options.js";
import { callSite } from "../html/index.js";
import {
  VIEW, type AnyHook, type AnyLayout, type AnyView, type Layout, type LiveView, type OnMount, type Overwrite,
  type RootLayout,
} from "../live/index.js";
import type { Path, PathParams, Rooted } from "./paths.js";
import { unreadParam } from "./unread-params.js";

/** A path and its view. */
export interface LiveRoute {
  readonly path: string;
  readonly view: AnyView;
  /** The view's `liveAction` assign at this route. */
  readonly action: string | undefined;
}

/** Routes that share their guards: users navigate among them without a page load, and leave them only through HTTP. */
export interface LiveSession {
  readonly name: string;
  readonly hooks: readonly AnyHook[];
  readonly layout: AnyLayout | undefined;
  readonly rootLayout: RootLayout | undefined;
  readonly middleware: readonly MiddlewareHandler[];
  readonly routes: readonly LiveRoute[];
}

/** The assigns that a session's hooks provide together. */
type HookAssigns<Hooks> =
  Hooks extends OnMount<infer Adds, never> ? Adds
    : Hooks extends readonly [infer First, ...infer Rest] ? Overwrite<HookAssigns<First>, HookAssigns<Rest>> : {};

/** Hooks in an order in which each finds what it needs. */
type Fitting<Hooks, Given extends object = {}> =
  Hooks extends OnMount<infer _, infer Needs> ? Given extends Needs ? Hooks : Mistake<"a hook that this one needs must stand before it">
    : Hooks extends readonly [infer First, ...infer Rest]
      ? readonly [
          Fitting<First, Given>,
          ...(Fitting<Rest, Overwrite<Given, HookAssigns<First>>> extends infer R extends readonly unknown[] ? R : []),
        ]
      : Hooks;

/** Nothing is of this type: the compiler explains a function in a hook's place by it. */
type PlainFunction = ((...given: never) => unknown) & Mistake<"onMount(…) makes a hook of a function">;

/** Options of a live session. */
export interface LiveSessionOptions<Hooks> {
  /** Hooks that run before each view's own, for the GET and for the join. */
  onMount?: (Hooks & Fitting<Hooks>) | PlainFunction;
  /** A template around each of its views, rendered with them. It receives the assigns of the session's hooks. */
  layout?: Layout<HookAssigns<Hooks>>;
  /** The document around each of its pages instead of the endpoint's. */
  rootLayout?: RootLayout;
  /**
   * Hono middleware of its pages. It also guards their sockets: it runs at the GET, and again with the socket's own request
   * when a page is joined or navigated to live.
   */
  middleware?: MiddlewareHandler | readonly MiddlewareHandler[];
}

/** The parameters that a view needs, and whose schema takes no text: no URL has them. */
type Textless<Params> = {
  [Name in keyof Params]: [Params[Name]] extends [number | bigint | boolean | Date] ? Name : never
}[keyof Params] & string;

/** A view that fits the path and the live session, or an error sentence that says why not. */
type Routable<Given extends object, Pattern extends string, Needs extends object, Params> = [Needs] extends [never]
  ? unknown
  : Given extends Needs
    ? Exclude<PathParams<Pattern>, keyof Params> extends infer Unknown
      ? [Unknown] extends [never]
        ? [Textless<Params>] extends [never]
          ? unknown
          : Mistake<`a URL is text, the view's "${Textless<Params>}" takes none: z.coerce.number()`>
        : string extends keyof Params
          ? unknown
          : Mistake<`the path names "${Unknown & string}", the view's params do not`>
      : never
    : Mistake<"the live session does not run a hook that the view needs">;

/** Puts a view at a path of the live session. */
export interface Live<Given extends object> {
  <const Pattern extends string, Needs extends object, Params, Action extends string>(
    path: (Pattern & Rooted<Pattern>) | Path<Pattern>,
    view: LiveView<Needs, Params, Action> & Routable<Given, Pattern, Needs, Params>,
    options?: {
      readonly action?: [Action] extends [never] ? Mistake<'the view names no actions: define it with actions: ["edit"]'> : Action;
    },
  ): void;
}

const PLACE: OptionsPlace = { of: "liveSession", fix: 'liveSession("user", { onMount: signedIn }, (live) => live("/", Home))' };
const ROUTE: OptionsPlace = { of: "live", fix: 'live("/posts/:postId", Post)' };

const SHAPE: Shape<LiveSessionOptions<unknown>> = {
  onMount: ANYTHING,
  layout: FUNCTION,
  rootLayout: FUNCTION,
  middleware: either(FUNCTION, LIST),
};
const HOOK = having("a hook: what onMount(…) returns", "run");
const PATH: Kind = {
  called: "a path: a text, or one of definePaths",
  fits: (value) => typeof value === "string" || (typeof value === "function" && "pattern" in value),
};

/**
 * Groups live routes with the hooks that guard them and the layout around them.
 *
 * @param name unique within the endpoint
 * @param options hooks, layouts, middleware
 * @param define called immediately with `live`, which puts a view at a path
 * @throws HoldfastError `live_session_invalid`, `route_invalid`
 * @example
 * liveSession("user", { onMount: confirmedUser, layout }, (live) => {
 *   live(paths.posts, Posts);
 *   live(paths.editPost, EditPost, { action: "edit" });
 * });
 */
export function liveSession<const Hooks extends OnMount<object, never> | readonly OnMount<object, never>[] = []>(
  name: string, options: LiveSessionOptions<Hooks>, define: (live: Live<HookAssigns<Hooks>>) => void,
): LiveSession {
  checkValue("live_session_invalid", PLACE, "the name", name, TEXT);
  checkOptions("live_session_invalid", PLACE, options, SHAPE);
  checkValue("live_session_invalid", PLACE, "the last argument", define, FUNCTION);
  const hooks = list(options.onMount as AnyHook | readonly AnyHook[] | undefined);
  const middleware = list(options.middleware);
  for (const hook of hooks) checkValue("live_session_invalid", PLACE, "onMount", hook, HOOK);
  for (const each of middleware) checkValue("live_session_invalid", PLACE, "middleware", each, FUNCTION);
  const routes: LiveRoute[] = [];
  const live = (given: string | Path, view: LiveView, options: { readonly action?: string } = {}): void => {
    checkValue("route_invalid", ROUTE, "the path", given, PATH);
    checkValue("route_invalid", ROUTE, `the view at ${typeof given === "string" ? given : given.pattern}`, view, VIEW);
    checkOptions("route_invalid", ROUTE, options, { action: TEXT });
    const path = typeof given === "string" ? given : given.pattern;
    if (!path.startsWith("/")) {
      throw new HoldfastError("route_invalid", {
        what: "A live route's path is invalid.", expected: "a path that begins with /", got: JSON.stringify(path),
        fix: `live("/${path}", …)`,
      });
    }
    if (isDevelopment()) checkParams(path, view);
    routes.push({ path, view, action: options.action });
  };
  define(live as Live<HookAssigns<Hooks>>);
  return {
    name, hooks, layout: options.layout as AnyLayout | undefined, rootLayout: options.rootLayout, middleware, routes,
  };
}

/** @throws HoldfastError `route_invalid` if the path names a parameter that the view's schema does not know: its pages would be a 404 */
function checkParams(path: string, { name: view, params }: AnyView): void {
  const unread = params && unreadParam(path, params);
  if (unread === undefined) return;
  const at = callSite();
  const { name, takes } = unread;
  throw new HoldfastError("route_invalid", {
    what: `The path names "${name}", and the params of the view "${view}" do not.`,
    expected: `a parameter of the schema: ${takes.join(", ")}`, got: path,
    ...(at !== undefined && { at }),
    fix: takes.length === 1 ? `live("${path.replace(`:${name}`, `:${takes[0]}`)}", …)` : "rename it in the path, or in the schema",
  });
}

function list<T extends object>(value: T | readonly T[] | undefined): readonly T[] {
  return value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
