import { ClientCommand, runsCommandsOnly, type CommandPlace } from "../html/index.js";
import { encodeBound, type BoundValues } from "./bound.js";

/** Separates an event's name from its bound values. */
export const BOUND = "~";

/** The name of the event that every view accepts: it clears the flash, or only the message whose kind its `key` names. */
export const CLEAR_FLASH = "lv:clear-flash";

/** A hook reads the name and pushes the event itself; `JS.exec` runs commands. */
const READ_BY_HOOKS = /^data-(?!js-)/;

/** The bindings by which a form is recovered: the client compares them as text across a reconnect. */
const RECOVERED = new Set(["phx-change", "phx-auto-recover"]);

/**
 * A reference to an event that a view or a live component declares. `render` receives one for each event; no other code
 * creates them.
 *
 * A view's reference is written as its name and its bound values, or as a push command where the client runs commands only. A component's
 * is a push command with the component's number as its target, so it reaches the component wherever it is, even inside what another
 * component rendered. Except in `phx-change` and `phx-auto-recover`: the client recovers a form only if these are the same text before and
 * after, and the number may differ. There the target goes into `phx-target`.
 */
export class EventRef extends ClientCommand {
  /** The declared name. */
  readonly event: string;
  /** The bound values, with their types. */
  readonly bound: BoundValues | undefined;
  /** The live component's number (its cid) on the page; undefined: the view. */
  readonly target: number | undefined;
  #name: string | undefined;

  /**
   * @param event the declared event
   * @param target the live component's number, from 1 (the client takes 0 for none); default: the event is the view's
   * @param bound values bound to the event where it is rendered
   */
  constructor(event: string, target?: number, bound?: BoundValues) {
    super();
    this.event = event;
    this.bound = bound;
    this.target = target;
  }

  /**
   * The event's name as the client sends it: the declared name, and the bound values after `~`.
   *
   * @throws HoldfastError `bound_value_invalid`
   */
  get name(): string {
    return (this.#name ??= this.bound === undefined ? this.event : this.event + BOUND + encodeBound(this.event, this.bound));
  }

  override find(name: string, target: number | undefined): EventRef | undefined {
    return this.target === target && this.name === name ? this : undefined;
  }

  override same(other: ClientCommand): boolean {
    return other instanceof EventRef && this.event === other.event && this.target === other.target && sameValues(this.bound, other.bound);
  }

  override encode({ attribute, seal }: CommandPlace = {}): string {
    const name = seal === undefined ? this.name : seal(this.name, this.target);
    if (this.target === undefined && (attribute === undefined || !runsCommandsOnly(attribute))) return name;
    if (attribute !== undefined && (RECOVERED.has(attribute) || READ_BY_HOOKS.test(attribute))) return name;
    return JSON.stringify([["push", { event: name, target: this.target }]]);
  }

  override targetIn(attribute: string): number | undefined {
    return RECOVERED.has(attribute) ? this.target : undefined;
  }
}

/** Whether two events have equal bound values, without encoding them. */
function sameValues(a: BoundValues | undefined, b: BoundValues | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  let names = 0;
  for (const name in a) {
    names++;
    if (!Object.is(a[name], b[name])) return false;
  }
  for (const _ in b) names--;
  return names === 0;
}
