/**
 * What happens inside, for those who listen: names of `node:diagnostics_channel` and what is published on them. Nobody
 * listening costs one check.
 *
 * @module
 */
import { channel } from "node:diagnostics_channel";

/** The channels and the types of what they publish. Names and reasons, never values that a user typed. */
export interface TelemetryEvents {
  /** An event of a client was answered without calling its handler. */
  "holdfast:event:refused": { view: string; event: string; reason: EventRefusal };
  /** A handler ran. */
  "holdfast:event:handled": { view: string; event: string };
  /** A join was refused. */
  "holdfast:join:refused": { topic: string; reason: string };
  /** A view crashed; `incident` is what its user may be told. */
  "holdfast:view:crashed": { view: string; incident: string; error: unknown };
  /** A socket was closed by the server. */
  "holdfast:socket:closed": { code: number; reason: string };
  /** A message from the backplane was dropped; `node` is who it says it is of, if it is of a node of ours. */
  "holdfast:backplane:refused": { reason: "stranger" | "replay" | "version" | "malformed"; node: string | undefined };
  /** A connection of the backplane is up, or down. */
  "holdfast:backplane:connection": { use: "commands" | "messages"; up: boolean };
  /** The node's lease was renewed: one round trip, ms. */
  "holdfast:backplane:renewed": { ms: number };
  /** The backplane has lost its data. */
  "holdfast:backplane:lost": Record<string, never>;
  /** Sockets were disconnected on all nodes: how many, on how many nodes, how many nodes did not answer, ms. */
  "holdfast:fence:raised": { sockets: number; nodes: number; missing: number; recorded: boolean; ms: number };
}

/** Why an event did not reach its handler. */
export type EventRefusal =
  | "unknown_component" | "unknown_event" | "not_rendered" | "bad_payload" | "view_policy" | "event_policy" | "session_ended";

const names = [
  "holdfast:event:refused", "holdfast:event:handled", "holdfast:join:refused", "holdfast:view:crashed",
  "holdfast:socket:closed", "holdfast:backplane:refused", "holdfast:backplane:connection", "holdfast:backplane:renewed",
  "holdfast:backplane:lost", "holdfast:fence:raised",
] as const satisfies readonly (keyof TelemetryEvents)[];

const channels = new Map(names.map((name) => [name, channel(name)] as const));

/** Publishes to whoever listens. */
export function emit<Name extends keyof TelemetryEvents>(name: Name, event: TelemetryEvents[Name]): void {
  const target = channels.get(name)!;
  if (target.hasSubscribers) target.publish(event);
}

/**
 * Listens to one of Holdfast's channels.
 *
 * @returns a function that stops listening
 * @example
 * const stop = onTelemetry("holdfast:event:refused", ({ view, event, reason }) => audit.warn({ view, event, reason }));
 */
export function onTelemetry<Name extends keyof TelemetryEvents>(
  name: Name, listener: (event: TelemetryEvents[Name]) => void,
): () => void {
  const target = channels.get(name)!;
  const wrapped = (message: unknown): void => listener(message as TelemetryEvents[Name]);
  target.subscribe(wrapped);
  return () => void target.unsubscribe(wrapped);
}
