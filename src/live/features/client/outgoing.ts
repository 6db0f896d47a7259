import { Feature } from "../../socket/index.js";

/** An event as it is sent. The third element: it is dispatched before the patch. */
type OutgoingEvent = readonly [event: string, payload: unknown, before?: true];

/** What is sent beside the page: events for client hooks, and the page's title. A component uses its view's. */
export class Outgoing extends Feature {
  #events: OutgoingEvent[] | undefined;
  #title: string | undefined;
  #titleSent: string | undefined;

  /** @param before whether the client dispatches it before it patches the page */
  push(event: string, payload: unknown, before = false): void {
    (this.#events ??= []).push(before ? [event, payload, true] : [event, payload]);
  }

  get title(): string | undefined {
    return this.#title;
  }
  set title(title: string | undefined) {
    this.#title = title;
  }

  /** A later render could not replace an event. */
  override get mustSend(): boolean {
    return this.#events !== undefined;
  }

  /** Takes the queued events, to send them. */
  take(): readonly OutgoingEvent[] {
    const events = this.#events ?? [];
    this.#events = undefined;
    return events;
  }

  override addTo(frame: { [key: string]: unknown }): boolean {
    let added = false;
    if (this.#title !== undefined && this.#title !== this.#titleSent) {
      frame["t"] = this.#titleSent = this.#title;
      added = true;
    }
    if (this.#events !== undefined) {
      frame["e"] = this.take();
      added = true;
    }
    return added;
  }
}
