import type { LockedFields } from "./locked-fields.js";

/**
 * Turns an event's name into the one on the wire, with a proof that it was rendered.
 *
 * @param locked the fields that the user of the event's form cannot change
 */
export type EventSeal = (event: string, target: number | undefined, locked?: LockedFields) => string;

/** Where a command is written. */
export interface CommandPlace {
  /** The attribute whose value it becomes. */
  readonly attribute?: string | undefined;
  /** Set where the server forgets what it wrote, as in a stream's items. */
  readonly seal?: EventSeal | undefined;
}

/** One event that a command pushes: its name on the wire, and the live component that it is for. */
export interface PushedEvent {
  readonly name: string;
  readonly target: number | undefined;
}

/**
 * Something that the client runs when an element is clicked, changed, submitted …: a reference to a declared event, or JS
 * commands. Only these are allowed in a `phx-*` binding, so that a user's text never becomes one.
 */
export abstract class ClientCommand {
  /** The attribute's value: an event's name or a JSON list of commands. */
  abstract encode(place?: CommandPlace): string;
  /** The component's number that the element's `phx-target` must name, if the value does not name it in this attribute. */
  abstract targetIn(attribute: string): number | undefined;
  /** The event that it pushes under this name to this target, if any. */
  abstract find(name: string, target: number | undefined): PushedEvent | undefined;
  /** Whether another command is written in the same way everywhere. Cheaper than comparing texts. */
  abstract same(other: ClientCommand): boolean;
}
