/** The only wiring: the Hono app, its configuration, and what an adapter needs from it. @module */
export type { Exchange, Host, Upgrade } from "./adapter.js";
export { NONCE, type CspDirective, type CspOptions, type CspSources } from "./csp.js";
export type { LongPollOptions } from "../transport/long-poll/index.js";
export { createEndpoint, Endpoint, hostOf } from "./endpoint.js";
export type { HealthPaths } from "./health.js";
export { compileHooks } from "./hook-modules.js";
export { observeRefusals } from "./log.js";
export type { LogFunction, Logger, LogLevel } from "./logger.js";
export type { RenderLiveOptions } from "./live-page.js";
export type { EndpointOptions, PublicDirOptions } from "./options.js";
export type { SessionOptions } from "./own-sessions.js";
export { cspNonce, type HeaderValue } from "./page-headers.js";
export type { ErrorPageProps } from "./pages.js";
export { rateLimit, type RateLimitOptions } from "./rate-limit.js";
export { readEnv } from "./read-env.js";
export type { LogInOptions, RequestSession } from "./request-session.js";
export { csrfField, logIn, logOut, putFlash, sessionOf } from "./session.js";
export { viteManifest, type ViteManifest, type ViteManifestOptions } from "./vite-manifest.js";
