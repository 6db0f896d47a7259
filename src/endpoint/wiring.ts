import type { Hono } from "hono";
import { SocketRegistry } from "../channel/index.js";
import { HoldfastError, isDevelopment } from "../errors/index.js";
import { CrashBudget, LeftPages, StickyViews } from "../live/index.js";
import { PresenceTracker } from "../presence/index.js";
import { createPubSub, Fence, type BackplaneNode, type PubSub } from "../pubsub/index.js";
import { LiveRouter } from "../router/index.js";
import {
  ClientAddresses, DraftKeys, Keyring, memorySubmissions, OriginPolicy, parseOrigin, RateLimits, resolveLimits, SessionEnds,
  SessionValidity, textFrameLimit, type Limits, type RevocationStore,
} from "../security/index.js";
import { longPollSettings, LongPollSockets } from "../transport/long-poll/index.js";
import { Addresses } from "./addresses.js";
import { Admissions } from "./admissions.js";
import { buildApp, socketPaths } from "./app.js";
import { Cluster } from "./cluster.js";
import { DefaultRevocations } from "./default-revocations.js";
import { Documents } from "./documents.js";
import type { Environment } from "./environment.js";
import { Readiness } from "./health.js";
import { HiddenForbidden } from "./hidden-forbidden.js";
import { HookModules } from "./hook-modules.js";
import { EndpointHost } from "./host.js";
import { LivePages } from "./live-page.js";
import { logBlockedUrls } from "./blocked-urls.js";
import { createLog, logsActivity, type Log } from "./log.js";
import type { EndpointOptions } from "./options.js";
import { ownSessions } from "./own-sessions.js";
import { bootWarnings } from "./production.js";
import { publicDirOptions } from "./public-files.js";
import { StaticFiles } from "./static-files.js";

/** What an endpoint's methods use. */
export interface EndpointParts {
  readonly app: Hono;
  readonly environment: Environment;
  readonly files: StaticFiles;
  readonly documents: Documents;
  readonly pages: LivePages;
  readonly addresses: Addresses;
  readonly host: EndpointHost;
  /** This node's part of the backplane; undefined if it is alone. */
  readonly node: BackplaneNode | undefined;
}

/** What everything else is built on. */
interface Foundation {
  readonly keyring: Keyring;
  readonly limits: Limits;
  readonly log: Log;
  readonly pubsub: PubSub;
  readonly node: BackplaneNode | undefined;
}

/** Makes the parts of an endpoint and connects them. */
export function wire(options: EndpointOptions): EndpointParts {
  const foundation = layFoundation(options);
  const { keyring, limits, log, pubsub, node } = foundation;
  // An application that prefers availability acts without its lease.
  const lease = options.outage === "serve" ? undefined : node?.lease;
  const files = new StaticFiles(publicDirOptions(options.publicDir)?.dir);
  const hidden = new HiddenForbidden(options.hideForbidden ?? false, log);
  const environment: Environment = {
    ...wireSockets(options, foundation),
    live: {
      keyring, limits, log, pubsub, lease, development: isDevelopment(),
      presences: PresenceTracker.of(pubsub),
      submissions: options.submissions ?? node?.submissions ?? memorySubmissions(),
      crashes: new CrashBudget(limits), leftPages: new LeftPages(limits.rememberedValues), stickyViews: new StickyViews(),
      externalOrigins: (options.externalOrigins ?? []).map((origin) => parseOrigin(origin, "externalOrigins")),
      hidesForbidden: hidden.hidesUrl, staticChanged: (tracked) => files.changed(tracked),
    },
    router: new LiveRouter(options.live ?? []),
    admissions: new Admissions(limits),
    plainViews: { shown: false },
    rateLimits: node?.rateLimits ?? new RateLimits(),
    origins: new OriginPolicy(options.origins),
    clients: new ClientAddresses(options.trustProxy),
    base: options.url === undefined ? undefined : parseBase(options.url),
    connectHeaders: (options.connectHeaders ?? []).map((name) => name.toLowerCase()),
  };
  return { environment, files, node, ...wireServing(options, { environment, files, hidden, node }) };
}

function layFoundation(options: EndpointOptions): Foundation {
  // First: it refuses a secret that is missing or weak, and everything below expects a good one.
  const keyring = new Keyring(options.secret);
  const { everyMs } = options.sessions ?? {};
  const limits = resolveLimits({ ...options.limits, ...(everyMs !== undefined && { sessionCheckMs: everyMs }) });
  const log = createLog(options.log);
  logBlockedUrls(log);
  const pubsub = options.pubsub ?? createPubSub({ onError: (error) => log("pubsub failed", { error }) });
  const node = options.backplane?.open({
    node: pubsub.node, secret: options.secret, log, ...(options.outage !== undefined && { outage: options.outage }),
  });
  return { keyring, limits, log, pubsub, node };
}

/** The open sockets, and what ends them: revoked sessions and orders of any node. */
function wireSockets(
  options: EndpointOptions, { limits, log, pubsub, node }: Foundation,
): Pick<Environment, "registry" | "revocations" | "ends" | "sessions" | "fence"> {
  const revocations: RevocationStore = options.revocations ?? node?.revocations ?? new DefaultRevocations(options.secret, log);
  const ends = new SessionEnds(revocations);
  const sessions = new SessionValidity(revocations, ownSessions(options.sessions));
  const registry = new SocketRegistry(limits, sessions, pubsub, log);
  const fence = new Fence({
    pubsub, target: registry, log, ...(node && { shared: node }),
    heard({ key, at, until }) {
      ends.heard(key, at);
      revocations.heard?.(key, at, until);
    },
  });
  return { registry, revocations, ends, sessions, fence };
}

/** What answers requests and sockets. */
function wireServing(
  options: EndpointOptions,
  { environment, files, hidden, node }: Pick<EndpointParts, "environment" | "files" | "node"> & { readonly hidden: HiddenForbidden },
): Pick<EndpointParts, "app" | "documents" | "pages" | "addresses" | "host"> {
  const { keyring, limits, log, pubsub, presences, lease } = environment.live;
  const hookModules = new HookModules(options.clientHooks ?? []);
  const documents = new Documents({
    rootLayout: options.rootLayout, errorPage: options.errorPage, files, trustedTypes: options.trustedTypes ?? false,
    frameBytes: (session) => textFrameLimit(session, limits), draftKeys: new DraftKeys(options.secret),
    hookModules, compress: options.compressPages ?? !isDevelopment(),
  }, log);
  const pages = new LivePages(environment, documents);
  const readiness = new Readiness(lease);
  const settings = longPollSettings(options.longPoll ?? false, limits);
  const longPoll = settings && new LongPollSockets({ pubsub, keyring, settings });
  const app = buildApp({ options, environment, documents, pages, files, hookModules, hidden, readiness, longPoll });
  const addresses = new Addresses(environment.base);
  const host = new EndpointHost({
    environment, app, files, hookModules, addresses, readiness, longPoll,
    userSockets: new Map(Object.entries(options.sockets ?? {})), socketPaths: socketPaths(options),
    logsActivity: logsActivity(options.log), warnings: bootWarnings(options, limits),
    cluster: node && new Cluster({ node, pubsub, presences, registry: environment.registry, log, outageMs: lease && limits.outageMs }),
  });
  return { app, documents, pages, addresses, host };
}

function parseBase(url: string): URL {
  const base = URL.canParse(url) ? new URL(url) : undefined;
  if (base === undefined || !/^https?:$/.test(base.protocol)) {
    throw new HoldfastError("endpoint_config_invalid", {
      what: "The endpoint's url is not a URL.", expected: "https://example.com", got: JSON.stringify(url),
      fix: URL.canParse(`https://${url}`)
        ? `write its scheme: "https://${url}", or "http://${url}"` : "write the address that browsers show",
    });
  }
  if (base.pathname === "/") return base;
  throw new HoldfastError("endpoint_config_invalid", {
    what: "The endpoint's url has a path.", expected: JSON.stringify(base.origin), got: JSON.stringify(url),
    fix: "An application has an origin to itself, since its links, files and sockets begin at /: give it a name or a port of its own.",
  });
}
