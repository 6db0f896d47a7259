/** Makes the name that travels of an event's own: with a proof that it was rendered. */
export type EventSeal = (event: string, target: number | undefined) => string;

/** Where a command is written. */
export interface CommandPlace {
  /** The attribute that it becomes the value of. */
  readonly attribute?: string | undefined;
  /** Given where the server forgets what it wrote, as in a stream's items. */
  readonly seal?: EventSeal | undefined;
}

/** One event that a command pushes: the name that travels, and the live component that it is for. */
export interface PushedEvent {
  readonly name: string;
  readonly target: number | undefined;
}

/**
 * Something that the client runs when an element is clicked, changed, submitted …: a reference to a declared event, or JS
 * commands. Only these may stand in a `phx-*` binding, so that no user's text ever becomes one.
 */
export abstract class ClientCommand {
  /** The attribute's value: an event's name or a JSON list of commands. */
  abstract encode(place?: CommandPlace): string;
  /** The component's number that must stand in the element's `phx-target`, if the value does not name it in this attribute. */
  abstract targetIn(attribute: string): number | undefined;
  /** The event that it pushes under this name to this target, if it does. */
  abstract find(name: string, target: number | undefined): PushedEvent | undefined;
  /** Whether another command is written in the same way everywhere. Cheaper than comparing texts. */
  abstract same(other: ClientCommand): boolean;
}
