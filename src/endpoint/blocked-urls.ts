import { isDevelopment } from "../errors/index.js";
import { observeBlockedUrls } from "../html/index.js";
import { currentOwner } from "../telemetry/index.js";
import type { Log } from "./log.js";

/** How many different ones are logged: what a hole is given may be any user's. */
const MAX_LOGGED = 100;

/**
 * In development, logs each URL that a template replaced because it could run code: nothing else says so until somebody follows the
 * link. Each place is logged once. If a process has several endpoints, the last one logs.
 */
export function logBlockedUrls(log: Log): void {
  if (!isDevelopment()) return observeBlockedUrls(undefined);
  const logged = new Set<string>();
  observeBlockedUrls(({ scheme, where, template, at }) => {
    const details = { view: currentOwner.get()?.name, scheme: `${scheme}:`, where, template, at };
    const key = JSON.stringify(details);
    if (logged.has(key) || logged.size === MAX_LOGGED) return;
    logged.add(key);
    log("url blocked", details);
  });
}
