import { Hono, type Context } from "hono";
import { StatusError } from "../errors/index.js";
import type { LongPollSockets } from "../transport/long-poll/index.js";
import { serveClient } from "./assets.js";
import type { HookModules } from "./hook-modules.js";
import type { Documents } from "./documents.js";
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

/** The path of the live views' socket. */
const LIVE_SOCKET = "/live";

/** The paths of an endpoint's websockets. The client adds the last segment itself. */
export function socketPaths(options: EndpointOptions): ReadonlySet<string> {
  return new Set(mountedSockets(options).map((path) => `${path}/websocket`));
}

/** The paths of sockets, as the application and its client name them. */
function mountedSockets({ sockets = {} }: EndpointOptions): string[] {
  return [LIVE_SOCKET, ...Object.keys(sockets)];
}

/** Builds the Hono app: headers, files, session and CSRF check, the application's own routes, sockets, live pages. */
export function buildApp({ options, environment, documents, pages, files, hookModules, hidden, readiness, longPoll }: AppParts): Hono {
  const app = new Hono();
  const refused = async (c: Context, error: unknown): Promise<Response> => documents.error(c, await hidden.shown(c, error));
  app.onError((error, c) => refused(c, error));
  app.notFound((c) => refused(c, new StatusError(404, "no route")));
  if (options.hideForbidden !== undefined) app.use(hidden.middleware);
  const { health = false } = options;
  if (health !== false) healthRoutes(app, readiness, health);
  const refusals = new Refusals(environment);
  const anyHost = pageHeaders({ ...options, https: isSecure(environment) });
  // A trusted proxy decides itself which names lead to it.
  const knowsItsName = environment.base !== undefined || options.trustProxy !== undefined;
  const headers = knowsItsName ? anyHost : localHosts({ environment, refusals, origins: options.origins, headers: anyHost });
  serveClient(app, headers);
  hookModules.serve(app, headers);
  const publicDir = publicDirOptions(options.publicDir);
  if (publicDir !== undefined) app.use(publicFiles(files, publicDir, headers));
  const polls = longPoll && new LongPollRoutes({ environment, readiness, refusals, sockets: longPoll });
  if (polls !== undefined) for (const path of mountedSockets(options)) app.use(`${path}/longpoll`, polls.middleware);
  const unsafe = new UnsafeRequests({ app, environment, refusals, options, pollBytes: longPoll?.settings.bodyBytes ?? 0 });
  const session = sessionMiddleware(environment, {
    unsafe, refused: (c, error) => documents.error(c, error),
  });
  // One middleware for both, because each costs every page and every handshake a few promises.
  app.use((c, next) => headers(c, () => session(c, next) as Promise<void>));
  // Before the sockets, so that the application's middleware guards handshakes as it guards pages.
  const ours = app.routes.length;
  options.routes?.(app);
  const sessions = [...environment.router.sessions.values()];
  const foreign: readonly ForeignHandler[] = [
    ...app.routes.slice(ours),
    ...sessions.flatMap(({ middleware, routes }) => middleware.flatMap((handler) => routes.map(({ path }) => ({ path, method: "GET", handler })))),
  ];
  const handshakes = new Handshakes(environment, refusals, new RouteGuards(app, foreign, sessions.flatMap(({ routes }) => routes)));
  const socketRoutes = (path: string, open: (c: Context) => Promise<Response>): void => {
    app.get(`${path}/websocket`, open);
    if (environment.live.limits.sessionIdleMs > 0) app.get(`${path}/session`, (c) => c.body(null, 204, { "cache-control": "no-store" }));
    if (polls === undefined) return;
    app.get(`${path}/longpoll`, (c) => polls.get(c, () => open(c)));
    app.post(`${path}/longpoll`, (c) => polls.post(c));
  };
  socketRoutes(LIVE_SOCKET, (c) => handshakes.live(c));
  for (const [path, socket] of Object.entries(options.sockets ?? {})) socketRoutes(path, (c) => handshakes.user(c, socket));
  for (const session of sessions) {
    for (const route of session.routes) {
      for (const middleware of session.middleware) app.get(route.path, middleware);
      app.get(route.path, (c) => pages.get(c, session, route));
    }
  }
  return app;
}
