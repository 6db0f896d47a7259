/**
 * Something that the client runs when an element is clicked, changed, submitted …: a reference to a declared event, or JS
 * commands. Only these may stand in a `phx-*` binding, so that no user's text ever becomes one.
 */
export abstract class ClientCommand {
  /** The attribute's value: an event's name or a JSON list of commands. */
  abstract encode(): string;
}
