/** How much a line matters. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/**
 * A log as a function: it is told of refusals, warnings and crashes, in development also of why pages, joins and sockets were
 * refused.
 */
export type LogFunction = (message: string, details: Readonly<Record<string, unknown>>, level: LogLevel) => unknown;

/**
 * A log with levels, as pino, bunyan and `console` have them: it is told of everything, requests, joins and events with their
 * durations included. An error is under `err`, where pino's serializer looks for it.
 */
export interface Logger {
  debug(details: object, message: string): unknown;
  info(details: object, message: string): unknown;
  warn(details: object, message: string): unknown;
  error(details: object, message: string): unknown;
  /** Whether a level is written at all, as pino says it. Without it every level is taken to be. */
  isLevelEnabled?(level: string): boolean;
}
