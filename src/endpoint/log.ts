import { inspect } from "node:util";
import type { LiveContext } from "../live/index.js";
import { adviceOn } from "./advice.js";
import { HOLDFAST_ASSETS } from "./assets.js";
import type { LogFunction, Logger, LogLevel } from "./logger.js";
import { isDevelopment } from "../errors/index.js";
import { printable } from "./printable.js";

/** The log of an endpoint's parts. Never throws. */
export type Log = LiveContext["log"];

/** What happens all day on a public address or in a healthy node. Nobody needs to act on these lines. */
const LEVELS: Readonly<Record<string, LogLevel>> = {
  listening: "info", draining: "info", request: "info", join: "debug", event: "debug",
  "event refused": "info", "request refused": "info", "handshake refused": "info",
  "page refused": "info", "join refused": "info", "patch refused": "info", "view refused": "info",
  "socket refused": "info", "socket closed": "info",
  "topic without handler": "info", "result ignored": "info", "handler without topic": "info",
  "event without handler": "info",
  "bytes over long poll": "info", "url blocked": "info", "redirect blocked": "info",
  "upload refused": "info", "field overruled": "info", "form not valid": "info", "view may no longer be seen": "info",
  "redis is connected": "info", "redis is back": "info", "the node holds its lease": "info", "the node holds its lease again": "info",
};
/** Messages that a function does not receive: it existed before them. */
const ACTIVITY: ReadonlySet<string> = new Set(["listening", "draining", "request", "join", "event"]);
const DEVELOPMENT_ONLY: ReadonlySet<string> = new Set([
  "page refused", "join refused", "patch refused", "socket refused", "socket closed", "topic without handler", "handler without topic",
  "event without handler", "bytes over long poll", "url blocked", "redirect blocked",
]);

/** Nothing is wrong any more. Where the outage was written, its end is too. */
const OUTAGE_OVER: ReadonlySet<string> = new Set(["redis is back", "the node holds its lease again"]);

function levelOf(message: string, details: Readonly<Record<string, unknown>>): LogLevel {
  if (Object.hasOwn(LEVELS, message)) return LEVELS[message]!;
  return "error" in details ? "error" : "warn";
}

/** What is refused to a page that stays open, or has no effect there, where nothing else shows it. */
const REFUSED_TO_PAGES: ReadonlySet<string> = new Set([
  "event refused", "view refused", "upload refused", "result ignored", "redirect blocked",
]);

/** Receives a refusal as it is logged, each time with its fix. */
type RefusalObserver = (message: string, details: Readonly<Record<string, unknown>>) => void;

let refusals: RefusalObserver | undefined;

/** Observes from now on what is refused to pages that stay open: `holdfast dev` shows them on the page. Nothing else calls it. */
export function observeRefusals(next: RefusalObserver | undefined): void {
  refusals = next;
}

/**
 * Makes the endpoint's log from the application's. It is safe to call anywhere: a log that throws or rejects would otherwise
 * end the view, the handshake or the process that logs. In development a refusal comes with its advice, once per kind.
 *
 * @param log the application's; undefined: stderr. May throw, return a promise, or both
 */
export function createLog(log: LogFunction | Logger | undefined): Log {
  const development = isDevelopment();
  const write = log === undefined ? stderr(development) : typeof log === "function" ? functionLog(log, development) : leveled(log);
  const advised = new Set<string>();
  return (message, given) => {
    const advice = development && !("fix" in given) ? adviceOn(message, given) : undefined;
    const details = advice === undefined || advised.has(advice.code) ? given : { ...given, fix: advice.fix };
    if (advice !== undefined) advised.add(advice.code);
    if (development && REFUSED_TO_PAGES.has(message)) refusals?.(message, { ...given, fix: advice?.fix });
    const failed = (reason: unknown): void => console.error(`[holdfast] ${message}`, details, "and log failed", reason);
    try {
      const logged = write(message, details, levelOf(message, details));
      if (logged instanceof Promise) logged.catch(failed);
    } catch (error) {
      failed(error);
    }
  };
}

/** Whether requests, joins and events are logged, which costs each of them a measurement. */
export function logsActivity(log: LogFunction | Logger | undefined): boolean {
  if (log === undefined) return isDevelopment();
  return typeof log !== "function" && log.isLevelEnabled?.("info") !== false;
}

function functionLog(log: LogFunction, development: boolean): LogFunction {
  return (message, details, level) => {
    if (ACTIVITY.has(message) || (!development && DEVELOPMENT_ONLY.has(message))) return undefined;
    return log(message, details, level);
  };
}

function leveled(log: Logger): LogFunction {
  return (message, { error, ...details }, level) => log[level](error === undefined ? details : { ...details, err: error }, message);
}

/**
 * A line for what needs attention; in development a line for everything except the address, which the program prints itself, its end,
 * and the client's own modules, of which a page loads dozens.
 */
function stderr(development: boolean): LogFunction {
  return (message, details, level) => {
    if (message === "listening" || message === "draining") return development ? undefined : console.error(`[holdfast] ${message}`, details);
    if (development && ACTIVITY.has(message)) {
      if (message === "request" && details["status"] !== 404 && String(details["path"]).startsWith(`${HOLDFAST_ASSETS}/`)) return;
      return console.error(`[holdfast] ${message}`, inspect(details, { breakLength: Infinity, colors: process.stderr.isTTY }));
    }
    const matters = level === "warn" || level === "error" || "fix" in details || OUTAGE_OVER.has(message);
    if (development || matters) console.error(`[holdfast] ${message}`, printable(details));
  };
}
