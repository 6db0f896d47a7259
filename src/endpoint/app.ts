import { Hono, type Context, type ErrorHandler, type MiddlewareHandler } from "hono";
import { isDevelopment, StatusError } from "../errors/index.js";
import type { LongPollSockets } from "../transport/long-poll/index.js";
import { serveClient } from "./assets.js";
import { blockedRedirects } from "./blocked-redirects.js";
import type { HookModules } from "./hook-modules.js";
import type { Documents } from "./documents.js";
import { LIVE_SOCKET } from "./known-options.js";
import { localHosts } from "./local-hosts.js";
import { isSecure, type Environment } from "./environment.js";
import { sessionMiddleware } from "./session-middleware.js";
import { Handshakes } from "./handshake.js";
import { healthRoutes, type Readiness } from "./health.js";
import type { HiddenForbidden } from "./hidden-forbidden.js";
import type { LivePages } from "./live-page.js";
import { LongPollRoutes } from "./long-poll.js";
import type { EndpointOptions } from "./options.js";
import { pageHeaders } from "./page-headers.js";
import { publicDirOptions, publicFiles } from "./public-files.js";
import { Refusals } from "./refusals.js";
import { type ForeignHandler, RouteGuards } from "./route-guards.js";
import type { StaticFiles } from "./static-files.js";
import { UnsafeRequests } from "./unsafe-requests.js";

/** The parts of the app. */
interface AppParts {
  readonly options: EndpointOptions;
  readonly environment: Environment;
  readonly documents: Documents;
  readonly pages: LivePages;
  readonly files: StaticFiles;
  readonly hookModules: HookModules;
  readonly hidden: HiddenForbidden;
  readonly readiness: Readiness;
  /** Undefined without long poll. */
  readonly longPoll: LongPollSockets | undefined;
}

/** The paths of an endpoint's websockets. The client adds the last segment itself. */
export function socketPaths(options: EndpointOptions): ReadonlySet<string> {
  return new Set(mountedSockets(options).map((path) => `${path}/websocket`));
}

/** The paths of sockets, as the application and its client name them. */
function mountedSockets({ sockets = {} }: EndpointOptions): string[] {
  return [LIVE_SOCKET, ...Object.keys(sockets)];
}

/**
 * Builds the Hono app. The order is what protects it: health, headers and files need no session; the session and the CSRF check come
 * before the application's own routes; those come before the sockets, so that its middleware guards handshakes as it guards pages; the
 * live pages come last.
 */
export function buildApp(parts: AppParts): Hono {
  const { options, environment, documents, hidden, readiness, longPoll } = parts;
  const app = new Hono();
  const refused = async (error: unknown, c: Context): Promise<Response> => documents.error(c, await hidden.shown(c, error));
  app.onError(refused);
  app.notFound((c) => refused(new StatusError(404, "no route"), c));
  if (options.hideForbidden !== undefined) app.use(hidden.middleware);
  const { health = false } = options;
  if (health !== false) healthRoutes(app, readiness, health);
  const refusals = new Refusals(environment);
  const headers = responseHeaders(parts, refusals);
  serveFiles(app, parts, headers);
  const polls = longPoll && new LongPollRoutes({ environment, readiness, refusals, sockets: longPoll });
  if (polls !== undefined) for (const path of mountedSockets(options)) app.use(`${path}/longpoll`, polls.middleware);
  const unsafe = new UnsafeRequests({ app, environment, refusals, options, pollBytes: longPoll?.settings.bodyBytes ?? 0 });
  const session = sessionMiddleware(environment, { unsafe, refused: (c, error) => documents.error(c, error) });
  // One middleware for both, because each costs every page and every handshake a few promises.
  app.use((c, next) => headers(c, () => session(c, next) as Promise<void>));
  if (isDevelopment()) app.use(blockedRedirects(options, environment));
  const ours = app.routes.length;
  options.routes?.(app);
  const guards = routeGuards(app, app.routes.slice(ours), environment, refused);
  mountSockets(app, parts, { handshakes: new Handshakes(environment, refusals, guards), polls });
  mountPages(app, parts);
  return app;
}

/** What sets the headers of every response; without `url` it also refuses foreign names. */
function responseHeaders({ options, environment }: AppParts, refusals: Refusals): MiddlewareHandler {
  const headers = pageHeaders({ ...options, https: isSecure(environment) });
  // A trusted proxy decides itself which names lead to it.
  const knowsItsName = environment.base !== undefined || options.trustProxy !== undefined;
  return knowsItsName ? headers : localHosts({ environment, refusals, origins: options.origins, headers });
}

/** The client, the modules of hooks, and the application's public files. */
function serveFiles(app: Hono, { options, files, hookModules }: AppParts, headers: MiddlewareHandler): void {
  serveClient(app, headers);
  hookModules.serve(app, headers);
  const publicDir = publicDirOptions(options.publicDir);
  if (publicDir !== undefined) app.use(publicFiles(files, publicDir, headers));
}

/** @param routes what the application has added to the app */
function routeGuards(app: Hono, routes: readonly ForeignHandler[], environment: Environment, failed: ErrorHandler): RouteGuards {
  const ofSessions = [...environment.router.sessions.values()].flatMap(({ middleware, routes }) =>
    middleware.flatMap((handler) => routes.map(({ path }) => ({ path, method: "GET", handler }))));
  return new RouteGuards({ app, foreign: [...routes, ...ofSessions], environment, failed });
}

/** What opens sockets. */
interface SocketOpeners {
  readonly handshakes: Handshakes;
  /** Undefined without long poll. */
  readonly polls: LongPollRoutes | undefined;
}

function mountSockets(app: Hono, { options, environment }: AppParts, { handshakes, polls }: SocketOpeners): void {
  const mount = (path: string, open: (c: Context) => Promise<Response>): void => {
    app.get(`${path}/websocket`, open);
    const { sessionIdleMs } = environment.live.limits;
    if (sessionIdleMs > 0) app.get(`${path}/session`, (c) => c.body(null, 204, { "cache-control": "no-store" }));
    if (polls === undefined) return;
    app.get(`${path}/longpoll`, (c) => polls.get(c, () => open(c)));
    app.post(`${path}/longpoll`, (c) => polls.post(c));
  };
  mount(LIVE_SOCKET, (c) => handshakes.live(c));
  for (const [path, socket] of Object.entries(options.sockets ?? {})) mount(path, (c) => handshakes.user(c, socket));
}

function mountPages(app: Hono, { environment, pages }: AppParts): void {
  for (const session of environment.router.sessions.values()) {
    for (const route of session.routes) {
      for (const middleware of session.middleware) app.get(route.path, middleware);
      app.get(route.path, (c) => pages.get(c, session, route));
    }
  }
}
