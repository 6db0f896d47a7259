import type { Hono } from "hono";
import type { UserSocket } from "../channel/index.js";
import type { Rendered } from "../html/index.js";
import type { RootLayout } from "../live/index.js";
import type { Backplane, PubSub } from "../pubsub/index.js";
import type { LiveSession } from "../router/index.js";
import type { Limits, RevocationStore, SubmissionStore } from "../security/index.js";
import type { LongPollOptions } from "../transport/long-poll/index.js";
import type { CspOptions } from "./csp.js";
import type { HealthPaths } from "./health.js";
import type { LogFunction, Logger } from "./logger.js";
import type { HeaderValue } from "./page-headers.js";
import type { SessionOptions } from "./own-sessions.js";
import type { ErrorPageProps } from "./pages.js";

/** A folder of public files, and how they are served. */
export interface PublicDirOptions {
  /** Absolute, or relative to the working directory; or a `file:` URL. */
  readonly dir: string | URL;
  /**
   * Whether a path's content never changes, as for a bundler's output: browsers then cache it forever. Default: names with a
   * hexadecimal hash before their suffix (`app-4f3a9c1b.js`). What `asset()` names is always cached forever.
   *
   * @example
   * publicDir: { dir, immutable: (path) => path.startsWith("/assets/") }
   */
  readonly immutable?: ((path: string) => boolean) | undefined;
}

/** Options of an endpoint. */
export interface EndpointOptions {
  /** At least 32 random characters; a list rotates them: the first seals, all open. */
  secret: string | readonly string[];
  /** The live pages. */
  live?: readonly LiveSession[] | undefined;
  /** User sockets by their path: `{ "/socket": userSocket({ … }) }`. */
  sockets?: Readonly<Record<`/${string}`, UserSocket>> | undefined;
  /** The document around every page. */
  rootLayout?: RootLayout | undefined;
  /**
   * Renders what an error page shows. It stands in `rootLayout`, which writes the document around it.
   *
   * @example
   * errorPage: ({ status, incident }) => html`<h1>${status}</h1><p>If you write to us, mention ${incident}.</p>`
   */
  errorPage?: ((props: ErrorPageProps) => Rendered) | undefined;
  /**
   * Further routes and middleware. They run after the session and CSRF checks, and before the live routes and the sockets:
   * middleware without a path guards pages and handshakes alike. A form posted to a path without a route gets a 404, and its
   * body is not read.
   */
  routes?: ((app: Hono) => void) | undefined;
  /**
   * The URL under which browsers see the application. Required behind a proxy. Default: taken from the request, whose host must then
   * be `localhost`, a name that ends in `.localhost`, an IP address, or a host of `origins`, unless `trustProxy` is set; any
   * other is answered 421, since a foreign name may be a page of another site (DNS rebinding).
   */
  url?: string | undefined;
  /**
   * The proxies in front of the server: the address that they report in `X-Forwarded-For` counts as the client's, for `socketsPerIp`
   * and `socket.connectInfo`. Addresses (`"10.0.0.5"`), networks (`"10.0.0.0/8"`) or their names (`"loopback"`, `"linklocal"`,
   * `"uniquelocal"`), as a list or separated by commas. The peer of a unix socket is `"loopback"`, too. Default: none; every peer is a
   * client.
   */
  trustProxy?: string | readonly string[] | undefined;
  /**
   * Also accepts sockets over long poll, for networks that block websockets: the npm client's `LongPoll` at the path of each
   * socket, with every check and limit of a websocket. For pages of this application only: there is no CORS. Default false.
   *
   * @example
   * longPoll: { gapMs: 60_000 }
   */
  longPoll?: boolean | LongPollOptions | undefined;
  /** Origins whose pages may open sockets. Without `url` their hosts are names of the application, too. Default: the application's own. */
  origins?: readonly string[] | undefined;
  /**
   * Remembers which form submissions were answered, so that none runs a handler twice. Default: the backplane's, or
   * `memorySubmissions()`, which only knows this node's.
   */
  submissions?: SubmissionStore | undefined;
  /**
   * Modules of client hooks: each has its hooks as default export, by name, as `clientHook` returns them. They may import
   * `holdfast/client`, `holdfast/hooks` and each other. They are served under their hash, and listed in `scripts` of the root
   * layout. `holdfast dev` compiles those in TypeScript; elsewhere their compiled file, which `.js` names, is beside them, and
   * served as it is. Default: none.
   *
   * @example
   * clientHooks: [new URL("./views/chart.hooks.js", import.meta.url)]
   */
  clientHooks?: readonly URL[] | undefined;
  /** Origins that an external redirect may lead to. Default: none. */
  externalOrigins?: readonly string[] | undefined;
  /**
   * A folder of files served unchanged under `/`. Only paths with a dot in them are looked up, so a page's path never touches the
   * disk. Never served: names that begin with a dot (except `/.well-known/`), and targets of links outside the folder. Compressed
   * siblings (`app.js.br`, `app.js.gz`) are used; without them, text is compressed once. Default: none.
   *
   * @example
   * publicDir: new URL("../public", import.meta.url)
   */
  publicDir?: string | URL | PublicDirOptions | undefined;
  /**
   * Whether pages are compressed (brotli, gzip) for clients that accept it. A request with a cookie gets a compressed page only if the
   * browser says that no other site made it, so the page's length tells other sites nothing (BREACH). Default true; in development
   * false.
   */
  compressPages?: boolean | undefined;
  /**
   * Headers added to every response, or replacing the defaults: a value, a function if it differs between responses, or `false` to
   * leave it out. A header that a response sets itself wins. Default: Hono's `secureHeaders`, and `cache-control: private, no-cache`.
   *
   * @example
   * headers: { "permissions-policy": "camera=()", "x-frame-options": false }
   */
  headers?: Readonly<Record<string, HeaderValue>> | undefined;
  /**
   * Changes to the default Content-Security-Policy, by directive: sources that replace the default's, or a function of the default's.
   * `false`: no policy, so injected script runs. Default: everything from the application itself, images also from https, inline
   * styles.
   *
   * @example
   * csp: { imgSrc: (sources) => sources.filter((source) => source !== "https:"), connectSrc: ["'self'", "https://api.example.com"] }
   */
  csp?: CspOptions | false | undefined;
  /**
   * Admits script into a page only through a Trusted Types policy: `require-trusted-types-for 'script'`, with a default
   * policy that lets through HTML, which the client needs, and the application's own script URLs, but no text as script.
   * `scripts` of the root layout loads it; a layout with its own start must put `<script
   * src="/assets/holdfast/trusted-types.js">` before all others. Default false.
   */
  trustedTypes?: boolean | undefined;
  /** Request headers that views may see as `socket.connectInfo.headers`. Default: none. */
  connectHeaders?: readonly string[] | undefined;
  /**
   * Connects several nodes, so that messages, log-outs, disconnects and rate limits reach all of them: `redis(…)` of
   * `holdfast/redis`. Default: none, a single node.
   */
  backplane?: Backplane | undefined;
  /**
   * What a node does when it has lost contact with the others, and so cannot know whom they have disconnected. `"wait"`: no
   * handler starts until it is back; after `limits.outageMs` the sockets close. `"serve"`: it carries on; a user who is
   * disconnected or whose session ends meanwhile may keep acting on this node until the outage is over. Ignored without a
   * backplane. Default `"wait"`.
   */
  outage?: "wait" | "serve" | undefined;
  /** Carries broadcasts. Default: within this process. */
  pubsub?: PubSub | undefined;
  /**
   * Where ended sessions are remembered. Default: the backplane's; without one, a file in `.holdfast` under the working
   * directory, so that they stay ended after a restart.
   */
  revocations?: RevocationStore | undefined;
  /** Lets sessions also end elsewhere: in the application's own table, or in an authentication library's. Default: none. */
  sessions?: SessionOptions | undefined;
  /** Limits that differ from the defaults. */
  limits?: Partial<Limits> | undefined;
  /**
   * Whether pages that a user may not see look as if they did not exist: a 403 of a policy or a context becomes a 404, and
   * both take the same time to answer, so that nobody learns which ids exist. For all paths, or those that a function
   * chooses. Refused tokens and origins stay 403. Default false.
   *
   * @example
   * hideForbidden: (path) => path.startsWith("/admin")
   */
  hideForbidden?: boolean | ((path: string) => boolean) | undefined;
  /**
   * Where refusals, warnings and crashes are written: a function, or an object with levels such as pino's, which also
   * receives each request, join and event. It may throw or reject. Details are names, numbers and reasons, never what a user
   * typed. Default: stderr; in production warnings, crashes and anything that comes with a fix; in development everything,
   * each kind of refusal with its fix.
   *
   * @example
   * log: pino()
   * @example
   * log: (message, details, level) => void console.error(level, message, details)
   */
  log?: LogFunction | Logger | undefined;
  /**
   * The longest body, bytes, on paths where it may exceed `limits.bodyBytes`, by Hono's path patterns. Forms whose CSRF token is a
   * field are not exempt: send the token in the header `x-csrf-token`. Default: none.
   *
   * @example
   * bodyLimits: { "/import": 20 * 1024 * 1024 }
   */
  bodyLimits?: Readonly<Record<string, number>> | undefined;
  /**
   * Answers load balancers: `GET /healthz` is 200 while the process runs, `GET /readyz` while it accepts new clients.
   * `/readyz` is 503 from the start of `endpoint.close({ drain: true })`, and while a node has lost contact with the others.
   * `true`, or other paths. Default false: no such routes.
   *
   * @example
   * health: { ready: "/internal/ready" }
   */
  health?: boolean | HealthPaths | undefined;
  /** Paths whose unsafe requests need no CSRF token, for machines that have none. Default: none. */
  csrfExempt?: ((path: string) => boolean) | undefined;
}
