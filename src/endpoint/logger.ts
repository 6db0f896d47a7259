/** How much a line matters. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/**
 * A log as a function: receives refusals, warnings and crashes, in development also the reasons why pages, joins and sockets
 * were refused.
 */
export type LogFunction = (message: string, details: Readonly<Record<string, unknown>>, level: LogLevel) => unknown;

/**
 * A log with levels, as pino, bunyan and `console` have them: receives everything, including requests, joins and events with
 * their durations. An error is under `err`, where pino's serializer looks for it.
 */
export interface Logger {
  debug(details: object, message: string): unknown;
  info(details: object, message: string): unknown;
  warn(details: object, message: string): unknown;
  error(details: object, message: string): unknown;
  /** Whether a level is written at all, as in pino. Without it every level counts as enabled. */
  isLevelEnabled?(level: string): boolean;
}
