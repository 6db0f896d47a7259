import { checkValue, FUNCTION, type Kind, type OptionsPlace } from "../errors/options.js";
import { channel } from "node:diagnostics_channel";

/** What carries a socket. `memory` is the testing kit's. */
export type TransportName = "websocket" | "longpoll" | "memory";

/** The channels of single events and the types of what they publish. Names and reasons, never values that a user typed. */
export interface TelemetryEvents {
  "holdfast:event:refused": { view: string; event: string; reason: EventRefusal };
  "holdfast:event:handled": { view: string; event: string };
  "holdfast:field:overruled": { view: string; event: string; field: string };
  "holdfast:join:refused": { topic: string; reason: string };
  "holdfast:view:refused": { view: string; id: string; status: number; error: unknown };
  "holdfast:view:crashed": { view: string; id: string; incident: string; error: unknown };
  "holdfast:request:crashed": { path: string; view: string | undefined; incident: string; error: unknown };
  "holdfast:socket:closed": { code: number; reason: string; transport: TransportName | undefined };
  "holdfast:loop:blocked": { view: string | undefined; event: string | undefined; ms: number };
  "holdfast:backplane:refused": { reason: "stranger" | "replay" | "version" | "malformed"; node: string | undefined };
  "holdfast:backplane:connection": { use: "commands" | "messages"; up: boolean };
  "holdfast:backplane:renewed": { ms: number };
  "holdfast:backplane:lost": Record<string, never>;
  "holdfast:fence:raised": { sockets: number; nodes: number; missing: number; recorded: boolean; ms: number };
  "holdfast:presence:changed": { topic: string; joins: number; leaves: number };
  "holdfast:drain:began": { sockets: number };
  "holdfast:drain:ended": { sockets: number; ms: number };
}

/** Why an event did not reach its handler. */
export type EventRefusal =
  | "unknown_component"
  | "unknown_event"
  | "not_rendered"
  | "bad_payload"
  | "files_missing"
  | "view_policy"
  | "event_policy"
  | "session_ended";

/** What a channel reports, and what each field of its payload means. */
export interface Described<Payload> {
  readonly about: string;
  readonly fields: { readonly [Field in keyof Payload]-?: string };
}

/**
 * The registry of single events; `docs/telemetry.md` has the same words.
 *
 * @example
 * for (const [name, { about }] of Object.entries(TELEMETRY_EVENTS)) console.log(name, about);
 */
export const TELEMETRY_EVENTS: { readonly [Name in keyof TelemetryEvents]: Described<TelemetryEvents[Name]> } = {
  "holdfast:event:refused": {
    about: "A client's event was answered without calling its handler.",
    fields: { view: "name of the view", event: "name of the event, at most 64 characters", reason: "which check refused it" },
  },
  "holdfast:event:handled": {
    about: "The handler of an event has run.",
    fields: { view: "name of the view", event: "name of the event" },
  },
  "holdfast:field:overruled": {
    about: "A form sent a value for a hidden, read-only or disabled field that its page did not show; the page's value was used.",
    fields: { view: "name of the view", event: "name of the event", field: "name of the field, as the page wrote it" },
  },
  "holdfast:join:refused": {
    about: "A join was refused.",
    fields: { topic: "the topic, `lv:` and the id of the view's element", reason: "what the client was told" },
  },
  "holdfast:view:refused": {
    about:
      "A handler of a view threw `NotFound`, `Forbidden` or another `StatusError` that is no fault of the server's. Only this view ends, and its client joins again.",
    fields: { view: "name of the view", id: "id of its element", status: "the status, such as 404", error: "what was thrown" },
  },
  "holdfast:view:crashed": {
    about: "A view's code threw. Only this view ends, and its client joins again.",
    fields: {
      view: "name of the view", id: "id of its element", incident: "number that its user may be shown; the log has it too",
      error: "what was thrown",
    },
  },
  "holdfast:request:crashed": {
    about: "A request was answered with 500 or more.",
    fields: {
      path: "pattern of its route, such as `/posts/:id`; without a route its path, with long segments cut",
      view: "name of the view whose page it was; undefined if it was no view's",
      incident: "number that its user was shown; the log has it too",
      error: "what was thrown",
    },
  },
  "holdfast:socket:closed": {
    about: "The server closed a socket.",
    fields: {
      code: "close code (RFC 6455, 7.4)", reason: "why",
      transport: "`websocket`, `longpoll`, or `memory` in the testing kit; undefined before the socket is open",
    },
  },
  "holdfast:loop:blocked": {
    about: "Something held the event loop for longer than the watchdog allows; it has just released it.",
    fields: {
      view: "name of the view whose code ran for most of that time; undefined if it was no view's",
      event: "name of its event, or `(mount)`, `(render)`, `(message)`, `(gate)`", ms: "how long nothing else could run",
    },
  },
  "holdfast:backplane:refused": {
    about: "A message from the backplane was dropped.",
    fields: { reason: "what was wrong with it", node: "the node that it names as its sender; undefined if the signature is not ours" },
  },
  "holdfast:backplane:connection": {
    about: "A connection of the backplane went up or down.",
    fields: { use: "what the connection is for", up: "whether it is up" },
  },
  "holdfast:backplane:renewed": {
    about: "The node's lease was renewed.",
    fields: { ms: "the round trip" },
  },
  "holdfast:backplane:lost": {
    about: "The backplane has lost its data.",
    fields: {},
  },
  "holdfast:fence:raised": {
    about: "Sockets were disconnected on all nodes.",
    fields: {
      sockets: "how many were closed", nodes: "how many nodes answered", missing: "how many did not",
      recorded: "whether the order is in the journal", ms: "how long it took",
    },
  },
  "holdfast:presence:changed": {
    about: "Somebody joined, changed or left a topic, on any node. A change of a meta is a join and a leave.",
    fields: { topic: "name of the topic", joins: "how many metas came", leaves: "how many went" },
  },
  "holdfast:drain:began": {
    about: "The node begins to close its sockets, because it stops.",
    fields: { sockets: "how many are open" },
  },
  "holdfast:drain:ended": {
    about: "The node has closed all its sockets.",
    fields: { sockets: "how many it has told to go elsewhere", ms: "how long it took" },
  },
};

const channels = new Map(Object.keys(TELEMETRY_EVENTS).map((name) => [name, channel(name)] as const));

/** Whether somebody listens: asked where a payload costs something to make. */
export function heard(name: keyof TelemetryEvents): boolean {
  return channels.get(name)!.hasSubscribers;
}

/** Publishes an event if somebody listens. */
export function emit<Name extends keyof TelemetryEvents>(name: Name, event: TelemetryEvents[Name]): void {
  const target = channels.get(name)!;
  if (target.hasSubscribers) target.publish(event);
}

const ON_TELEMETRY: OptionsPlace = {
  of: "onTelemetry", fix: 'onTelemetry("holdfast:event:refused", ({ view, event, reason }) => { … })',
};
const EVENT_NAME: Kind = {
  called: `a name of TELEMETRY_EVENTS: ${[...channels.keys()].join(", ")}`,
  fits: (value) => channels.has(value as never),
};

/**
 * Listens to single events, which `docs/telemetry.md` lists. For work that takes time see `onSpan`.
 *
 * @returns a function that stops listening
 * @example
 * const stop = onTelemetry("holdfast:event:refused", ({ view, event, reason }) => audit.warn({ view, event, reason }));
 */
export function onTelemetry<Name extends keyof TelemetryEvents>(
  name: Name, listener: (event: TelemetryEvents[Name]) => void,
): () => void {
  checkValue("endpoint_config_invalid", ON_TELEMETRY, "the name", name, EVENT_NAME);
  checkValue("endpoint_config_invalid", ON_TELEMETRY, "the listener", listener, FUNCTION);
  const target = channels.get(name)!;
  const wrapped = (message: unknown): void => listener(message as TelemetryEvents[Name]);
  target.subscribe(wrapped);
  return () => void target.unsubscribe(wrapped);
}
