import type { Hono } from "hono";
import type { UserSocket } from "../channel/index.js";
import type { Rendered } from "../html/index.js";
import type { RootLayout } from "../live/index.js";
import type { Backplane, PubSub } from "../pubsub/index.js";
import type { LiveSession } from "../router/index.js";
import type { Limits, RevocationStore, SubmissionStore } from "../security/index.js";
import type { CspOptions } from "./csp.js";
import type { HealthPaths } from "./health.js";
import type { LogFunction, Logger } from "./logger.js";
import type { HeaderValue } from "./page-headers.js";
import type { SessionOptions } from "./own-sessions.js";
import type { ErrorPageProps } from "./pages.js";

/** A folder of public files, and how they are served. */
export interface PublicDirOptions {
  readonly dir: string;
  /**
   * Whether a path names its bytes for ever, as the output of a bundler does: browsers then never ask again. Default: names
   * with a hexadecimal hash before their suffix (`app-4f3a9c1b.js`). What `asset()` names is kept for ever in any case.
   *
   * @example
   * publicDir: { dir, immutable: (path) => path.startsWith("/assets/") }
   */
  readonly immutable?: (path: string) => boolean;
}

/** Options of an endpoint. */
export interface EndpointOptions {
  /** At least 32 random characters; a list rotates them: the first seals, all open. */
  secret: string | readonly string[];
  /** The live pages. */
  live?: readonly LiveSession[];
  /** User sockets by their path: `{ "/socket": userSocket({ … }) }`. */
  sockets?: Readonly<Record<string, UserSocket>>;
  /** The document around every page. */
  rootLayout?: RootLayout;
  /** What an error looks like. */
  errorPage?: (props: ErrorPageProps) => Rendered;
  /**
   * Further routes and middleware. They run behind session and CSRF check, and before the live routes and the sockets: a
   * middleware without a path guards pages and handshakes alike. A form that is posted to a path without a route is a 404,
   * and its body is not read.
   */
  routes?: (app: Hono) => void;
  /** The URL under which browsers see the application. Default: what the request says. Required behind a proxy. */
  url?: string;
  /**
   * The proxies in front of the server: whom they name in `X-Forwarded-For` is the client, for `socketsPerIp` and
   * `socket.connectInfo`. Addresses (`"10.0.0.5"`), networks (`"10.0.0.0/8"`) or names of such (`"loopback"`,
   * `"linklocal"`, `"uniquelocal"`), in a list or with commas between them. Default: none, every peer is a client.
   */
  trustProxy?: string | readonly string[];
  /** Origins whose pages may open sockets. Default: the application's own. */
  origins?: readonly string[];
  /**
   * Remembers which submissions of forms were answered, so that sending one again runs no handler twice. Default: the
   * backplane's, or `memorySubmissions()`, which knows those of this node.
   */
  submissions?: SubmissionStore;
  /** Origins that an external redirect may lead to. Default: none. */
  externalOrigins?: readonly string[];
  /**
   * A folder of files served as they are under `/`. Asked only for paths with a dot in them, as files have: for a page's
   * path the disk is not touched. Never served: names that begin with a dot (but for `/.well-known/`), and what a link leads
   * to outside of the folder. Compressed files beside (`app.js.br`, `app.js.gz`) are taken; without them text is compressed
   * once. Default: none.
   */
  publicDir?: string | PublicDirOptions;
  /**
   * Further headers of every response, or others than the default ones: a value, a function for one that differs between
   * responses, `false` for none. What a response sets itself counts. Default: Hono's `secureHeaders`.
   *
   * @example
   * headers: { "permissions-policy": "camera=()", "x-frame-options": false }
   */
  headers?: Readonly<Record<string, HeaderValue>>;
  /**
   * Changes to the default Content-Security-Policy, by directive: sources instead of the default's, or a function from the
   * default's to the new ones. `false`: no policy, so that what is injected into a page runs. Default: everything from the
   * application itself, images also from https, inline styles.
   *
   * @example
   * csp: { imgSrc: (sources) => sources.filter((source) => source !== "https:"), connectSrc: ["'self'", "https://api.example.com"] }
   */
  csp?: CspOptions | false;
  /**
   * Lets script into a page only through a Trusted Types policy: `require-trusted-types-for 'script'`, with a default policy
   * that takes HTML, which the client needs, and script URLs of the application itself, and no script as text. `scripts` of
   * the root layout loads it; a layout with a start of its own puts `<script src="/assets/holdfast/trusted-types.js">` before
   * all others. Default false.
   */
  trustedTypes?: boolean;
  /** Request headers that views may see as `socket.connectInfo.headers`. Default: none. */
  connectHeaders?: readonly string[];
  /**
   * What makes several nodes one: messages, log-outs, disconnects and rate limits reach all of them. `redis` of `holdfast/redis`
   * makes it. Default: this node is alone.
   */
  backplane?: Backplane;
  /**
   * What a node does that has lost touch with the others, and so cannot know what they have disconnected. `"wait"`: no handler
   * starts until it is back; after `limits.outageMs` the sockets close. `"serve"`: it goes on; a user who is disconnected or
   * whose session ends meanwhile may go on acting on this node until the outage is over. Without a backplane it means nothing.
   * Default `"wait"`.
   */
  outage?: "wait" | "serve";
  /** Carries broadcasts. Default: within this process. */
  pubsub?: PubSub;
  /**
   * Where ended sessions are remembered. Default: the backplane's; without one, in memory, forgotten when the process ends.
   */
  revocations?: RevocationStore;
  /** Sessions that end elsewhere, too: in the application's own table, or in an authentication library's. Default: none. */
  sessions?: SessionOptions;
  /** Other limits than the defaults. */
  limits?: Partial<Limits>;
  /**
   * Whether what a user may not see looks like what is not there: a 403 of a policy or a context becomes a 404, and both are
   * answered at the same moment, so that nobody learns which ids exist. For all paths, or where a function says so. Refused
   * tokens and origins stay 403. Default false.
   *
   * @example
   * hideForbidden: (path) => path.startsWith("/admin")
   */
  hideForbidden?: boolean | ((path: string) => boolean);
  /**
   * Where refusals, warnings and crashes are written: a function, or an object with levels as pino makes it, which is told of
   * each request, join and event as well. It may throw or reject. Details are names, numbers and reasons, never what a user
   * typed. Default: stderr; in production warnings, crashes and what says how to mend something, in development everything,
   * each kind of refusal with its mend.
   *
   * @example
   * log: pino()
   * @example
   * log: (message, details, level) => void console.error(level, message, details)
   */
  log?: LogFunction | Logger;
  /**
   * How long the body of a request may be, bytes, where it may be longer than `limits.bodyBytes`: by path patterns as Hono
   * writes them. A form whose CSRF token is a field may not: send the token in the header `x-csrf-token`. Default: none.
   *
   * @example
   * bodyLimits: { "/import": 20 * 1024 * 1024 }
   */
  bodyLimits?: Readonly<Record<string, number>>;
  /**
   * Answers load balancers: `GET /healthz` is 200 while the process runs, `GET /readyz` while it takes new clients, else 503:
   * from the first moment of `endpoint.close({ drain: true })`, and while a node of several has lost touch with the others.
   * `true`, or other paths. Default false: no such routes.
   *
   * @example
   * health: { ready: "/internal/ready" }
   */
  health?: boolean | HealthPaths;
  /** Paths whose unsafe requests need no CSRF token, for machines that have none. Default: none. */
  csrfExempt?: (path: string) => boolean;
}
