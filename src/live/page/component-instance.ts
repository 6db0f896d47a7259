import { Tree, type ComponentHost } from "../../diff/index.js";
import { HoldfastError } from "../../errors/index.js";
import type { Rendered } from "../../html/index.js";
import { LiveSocket, templateOf, type DefinedComponent, type EventRefs } from "../definition/index.js";
import { DeclaredTopics } from "../features/messages/index.js";
import { OwnerState, type Assigns, type BoundCallback, type CallbackSection, type MaybePromise, type ViewHandle } from "../socket/index.js";
import type { Called, Caller } from "./caller.js";

/** A live component on a page: its state, and what the browser has of it. */
export class ComponentInstance extends OwnerState implements Caller, Called {
  readonly view: ViewHandle;
  readonly definition: DefinedComponent;
  readonly id: string;
  readonly cid: number;
  readonly assigns: Assigns;
  readonly socket: LiveSocket;
  tree: Tree;
  props: Readonly<Record<string, unknown>> | undefined;
  /** Its position among all components that have appeared on the page. */
  appeared = 0;
  renders = 0;
  caller: Caller | undefined = undefined;
  calledAt = 0;
  streamed = false;
  leaving = false;
  /** During the GET: what it rendered. */
  page: Rendered | undefined;
  #refs: EventRefs<string>;
  readonly #touched: (instance: ComponentInstance) => void;

  constructor(
    view: ViewHandle, host: ComponentHost, definition: DefinedComponent, id: string, cid: number,
    touched: (instance: ComponentInstance) => void,
  ) {
    super();
    this.view = view;
    this.tree = new Tree(host);
    this.definition = definition;
    this.id = id;
    this.cid = cid;
    // The flash and the action belong to the view.
    this.assigns = { id, myself: cid, flash: {}, liveAction: undefined };
    this.#touched = touched;
    this.#refs = definition.refs(cid);
    this.socket = new LiveSocket(this);
  }

  get events(): DefinedComponent["events"] {
    return this.definition.events;
  }

  override message(name: string, payload: unknown): MaybePromise<unknown> {
    return this.definition.messages.get(name)?.(this.socket, payload);
  }

  override callback(section: CallbackSection, name: string): BoundCallback | undefined {
    return this.definition.callbacks.bind(this.socket, section, name);
  }

  override touch(): void {
    super.touch();
    this.#touched(this);
  }

  /** Its definition may have been replaced: takes the events of the present one. */
  renew(): void {
    this.#refs = this.definition.refs(this.cid);
  }

  /** Subscribes to the topics that its props name. */
  listen(): MaybePromise<void> {
    const { topics } = this.definition;
    if (topics === undefined || !this.mayOpen) return undefined;
    return this.feature(DeclaredTopics).set(topics({ props: this.props ?? {} }));
  }

  render(): Rendered {
    const rendered = templateOf(this.definition.render(this.assigns, this.#refs), `component "${this.definition.name}"`);
    if (rendered.template.root) return rendered;
    throw new HoldfastError("component_root", {
      what: `The component "${this.definition.name}" does not render exactly one element.`,
      expected: "exactly one root element", fix: "put a <div> around it",
    });
  }
}
