import { onTelemetry, type TelemetryEvents } from "../telemetry/index.js";
import { expectation } from "./document.js";

/** An event that did not reach its handler: view, event and reason. */
export type RefusedEvent = TelemetryEvents["holdfast:event:refused"];

/** Which refusal a test expects. */
export interface ExpectedRefusal {
  /** The event's name. Default: any. */
  readonly event?: string;
  /** Why it is refused. Default: any reason. */
  readonly reason?: RefusedEvent["reason"];
}

/**
 * Runs an action and expects that the server refuses the event that it sends, and that no handler of this event runs.
 *
 * It listens to telemetry, which covers the whole process: it also hears a concurrent test in the same process that sends the same
 * event.
 *
 * @throws HoldfastError `kit_expectation`; what the action throws
 */
export async function expectRefusal(action: () => Promise<unknown>, { event, reason }: ExpectedRefusal): Promise<RefusedEvent> {
  const refused: RefusedEvent[] = [];
  const handled: TelemetryEvents["holdfast:event:handled"][] = [];
  const stops = [
    onTelemetry("holdfast:event:refused", (one) => refused.push(one)), onTelemetry("holdfast:event:handled", (one) => handled.push(one)),
  ];
  try {
    await action();
  } finally {
    for (const stop of stops) stop();
  }
  const found = refused.find((one) => (event === undefined || one.event === event) && (reason === undefined || one.reason === reason));
  const wanted = `a refusal of ${event === undefined ? "an event" : JSON.stringify(event)}${reason === undefined ? "" : ` for "${reason}"`}`;
  if (found === undefined) {
    throw expectation("The server did not refuse the event.", wanted, JSON.stringify({ refused, handled }));
  }
  if (handled.some((one) => one.event === found.event)) {
    throw expectation("The event was refused, and its handler ran all the same.", wanted, JSON.stringify({ refused, handled }));
  }
  return found;
}
