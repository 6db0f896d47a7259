import { AsyncLocalStorage } from "node:async_hooks";
import { adviceOn } from "../endpoint/advice.js";
import { HoldfastError } from "../errors/index.js";
import { TEXT, type Shape } from "../errors/options.js";
import { onTelemetry, type TelemetryEvents } from "../telemetry/index.js";
import { expectation } from "./document.js";
import { optionsOf } from "./options.js";

/** An event that did not reach its handler: view, event and reason. */
export type RefusedEvent = TelemetryEvents["holdfast:event:refused"];

/** Which refusal a test expects. */
export interface ExpectedRefusal {
  /** The event's name. Default: any. */
  readonly event?: string;
  /** Why it is refused. Default: any reason. */
  readonly reason?: RefusedEvent["reason"];
}

const EXPECTED: Shape<ExpectedRefusal> = { event: TEXT, reason: TEXT };

/** Set while an action runs whose refusal is expected. */
const expecting = new AsyncLocalStorage<true>();

/** The refusal that the server is answering at this moment. */
let answering: RefusedEvent | undefined;
let listening = false;

/**
 * Listens to refusals from now on. The server reports a refusal and answers its event without a pause between, so the next
 * reply before the next microtask is the refusal's. Pages of concurrent tests cannot be confused.
 */
export function noticeRefusals(): void {
  if (listening) return;
  listening = true;
  onTelemetry("holdfast:event:refused", (refused) => {
    answering = refused;
    queueMicrotask(() => {
      answering = undefined;
    });
  });
}

/** The refusals by their replies: to a client such a reply looks like that of a handler that changes nothing. */
const refusals = new WeakMap<object, RefusedEvent>();

/** Remembers of a reply that is arriving right now which refusal it answers, if it answers one. */
export function noteRefusal<R extends object>(reply: R): R {
  if (answering !== undefined) refusals.set(reply, answering);
  answering = undefined;
  return reply;
}

/**
 * Throws if a reply answers an event of a page that the server refused, unless the test expects a refusal.
 *
 * @throws HoldfastError `kit_refused`
 */
export function throwRefusal(reply: object, payload: unknown): void {
  const refused = refusals.get(reply);
  if (refused === undefined || expecting.getStore()) return;
  const { view, event, reason } = refused;
  const where = reason === "bad_payload" ? " The log line \"event refused\" has them." : "";
  const advice = adviceOn("event refused", refused)?.fix ?? "see the server's log.";
  throw new HoldfastError("kit_refused", {
    what: `${view} refused the event "${event}": ${reason}. Its handler was not called.`, expected: "an event that the view handles",
    got: JSON.stringify(payload)?.slice(0, 300) ?? "no payload",
    fix: `${advice}${where} If the test is about the refusal, use page.expectRefused(() => …).`,
  });
}

/**
 * Runs an action and expects that the server refuses the event that it sends, and that no handler of this event runs.
 *
 * It listens to telemetry, which covers the whole process: it also hears a concurrent test in the same process that sends the same
 * event.
 *
 * @throws HoldfastError `kit_expectation`; what the action throws
 */
export async function expectRefusal(action: () => Promise<unknown>, expected: ExpectedRefusal): Promise<RefusedEvent> {
  const { event, reason } = optionsOf('page.expectRefused(() => page.click("#delete"), { reason: "event_policy" })', expected, EXPECTED);
  const refused: RefusedEvent[] = [];
  const handled: TelemetryEvents["holdfast:event:handled"][] = [];
  const stops = [
    onTelemetry("holdfast:event:refused", (one) => refused.push(one)), onTelemetry("holdfast:event:handled", (one) => handled.push(one)),
  ];
  try {
    await expecting.run(true, action);
  } finally {
    for (const stop of stops) stop();
  }
  const found = refused.find((one) => (event === undefined || one.event === event) && (reason === undefined || one.reason === reason));
  const why = reason === undefined ? "" : ` for "${reason}"`;
  const wanted = `a refusal of ${event === undefined ? "an event" : JSON.stringify(event)}${why}`;
  if (found === undefined) {
    throw expectation("The server did not refuse the event.", wanted, JSON.stringify({ refused, handled }));
  }
  if (handled.some((one) => one.event === found.event)) {
    throw expectation("The event was refused, and its handler ran all the same.", wanted, JSON.stringify({ refused, handled }));
  }
  return found;
}
