import { ClientCommand } from "../html/index.js";

/**
 * A reference to an event that a view or a live component declares. `render` receives one per event; nobody else makes them.
 *
 * A view's reference is its name. A component's has the component's number as its target, and is written as a push
 * command: so it reaches the component wherever it stands, also inside what another component rendered.
 */
export class EventRef extends ClientCommand {
  readonly name: string;
  /** The live component's number (its cid) on the page; undefined: the view. */
  readonly target: number | undefined;

  /**
   * @param name the declared event
   * @param target the live component's number, from 1 (the client takes 0 for none); default: the event is the view's
   */
  constructor(name: string, target?: number) {
    super();
    this.name = name;
    this.target = target;
  }

  encode(): string {
    return this.target === undefined ? this.name : JSON.stringify([["push", { event: this.name, target: this.target }]]);
  }
}
