import { environmentName, HoldfastError, isDevelopment, variable } from "../errors/index.js";
import type { Limits } from "../security/index.js";
import type { EndpointOptions } from "./options.js";

/** Something that works, but should not stay so in production. */
export interface BootWarning {
  readonly what: string;
  readonly fix: string;
}

/** Whether only this machine reaches the host: 127.0.0.0/8, ::1, localhost. */
function isLoopback(hostname: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?|\[?::ffff:127(?:\.\d{1,3}){3}\]?)$/i.test(hostname);
}

/**
 * Refuses to serve other machines without the application's own address: origins would be compared with the client's `Host`,
 * and cookies would lack `Secure` behind a proxy that speaks https.
 *
 * @param hostname where the server listens; undefined: a unix socket behind a proxy
 * @throws HoldfastError `endpoint_config_invalid`
 */
export function checkHost(hostname: string | undefined, url: URL | undefined): void {
  if (url !== undefined || isDevelopment() || (hostname !== undefined && isLoopback(hostname))) return;
  throw new HoldfastError("endpoint_config_invalid", {
    what: "In production, an endpoint without `url` serves only this machine.",
    expected: "createEndpoint({ url }), or a loopback host such as 127.0.0.1",
    got: hostname === undefined ? "a unix socket" : `host ${JSON.stringify(hostname)}`,
    fix: 'Say under which address browsers see the application: createEndpoint({ url: "https://example.com" }). '
      + "On a developer's machine set NODE_ENV=development instead.",
  });
}

/**
 * Refuses to be one of several unconnected processes: a log-out on one would not reach the others. A `WEB_CONCURRENCY` that is not a number
 * of processes is refused too, because nobody knows then whether there are several.
 *
 * @param connected whether the endpoint has a backplane
 * @throws HoldfastError `endpoint_config_invalid`
 */
export function checkConcurrency(connected: boolean): void {
  // Set to nothing is not set: compose files and shells pass on what they do not have.
  const given = variable("WEB_CONCURRENCY") || "1";
  if (!/^[1-9]\d*$/.test(given)) {
    throw new HoldfastError("endpoint_config_invalid", {
      what: "WEB_CONCURRENCY does not say how many processes serve the application.",
      expected: "a whole number from 1", got: `WEB_CONCURRENCY=${given}`, fix: "WEB_CONCURRENCY=1, or leave it out",
    });
  }
  if (connected || given === "1") return;
  throw new HoldfastError("endpoint_config_invalid", {
    what: "Several processes serve the application, and nothing connects them.",
    expected: "WEB_CONCURRENCY=1, or a backplane", got: `WEB_CONCURRENCY=${given}`,
    fix: 'createEndpoint({ backplane: redis({ url: process.env.REDIS_URL }) }) of "holdfast/redis"',
  });
}

/** Warnings about an endpoint's options in production: what a restart would lose, and what is weak. */
export function bootWarnings(options: EndpointOptions, limits: Limits): BootWarning[] {
  const warnings: BootWarning[] = [];
  const warn = (what: string, fix: string): void => void warnings.push({ what, fix });
  if (options.revocations?.volatile === true) {
    warn("Log-outs are kept in memory: after a restart, or on another node, a copy of a logged-out cookie works again.",
      "leave `revocations` out, or use a store that outlives the process");
  }
  if (options.url === undefined) {
    warn(options.trustProxy === undefined
      ? "The endpoint has no url: requests for any name other than localhost are refused."
      : "The endpoint has no url: behind a proxy that speaks https, every form and socket is refused for its Origin.",
      'createEndpoint({ url: "https://example.com" })');
  } else {
    const { protocol, hostname } = new URL(options.url);
    if (protocol !== "https:" && !isLoopback(hostname)) {
      warn("The url is not https: cookies are sent without Secure, and anybody on the network can read them.", "an https url");
    }
  }
  if (options.csp === false) {
    warn(
      "There is no Content-Security-Policy: script injected into a page runs.",
      "createEndpoint({ csp }) with changes to the default one",
    );
  }
  const endless = Object.entries(limits).filter(([, limit]) => limit === Infinity).map(([name]) => name);
  if (endless.length > 0) warn(`These limits are off: ${endless.join(", ")}.`, "createEndpoint({ limits }) with numbers");
  return warnings;
}

/** Whether to show the warnings: on a machine that serves others, or that says it is production. */
export function warnsAtBoot(hostname: string | undefined): boolean {
  if (environmentName() === "production") return true;
  return !isDevelopment() && !(hostname !== undefined && isLoopback(hostname));
}
