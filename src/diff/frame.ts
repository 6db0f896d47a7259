import type { CommandPlace, ComponentCall, StaticBinding, Template, ViewCall } from "../html/index.js";
import type { Slot, WireNode } from "./nodes.js";

/** The page of a tree: it knows the components and nested views that templates call. */
export interface ComponentHost {
  /** The number by which the client knows the component. `streamed`: it is in a stream's item. */
  componentNumber(call: ComponentCall, streamed: boolean): number;
  /** The whole tree is written again, and the client forgets its components with the old one. */
  renewed(): void;
  /** A list is written again after its comparison: its components are called a second time. */
  repeat(): void;
  /** The nested view's empty element: the view joins by itself. */
  viewElement(call: ViewCall, streamed: boolean): string;
  /** Proves that an event was rendered, where the server forgets what it wrote. */
  readonly seal: CommandPlace["seal"];
  /** The browser is sent a template that names events as text. */
  names(template: Template): void;
  /** The browser keeps these bindings, whatever the server writes later. */
  forgets(bindings: readonly StaticBinding[]): void;
  // What the page no longer contains. Its events may still be on their way.
  /** One slot, which now holds something else. */
  slotReplaced(slot: Slot): void;
  /** Items of a list, as their slots in a row. */
  itemsRemoved(template: Template, slots: readonly Slot[]): void;
  /** A form's attribute changed: all slots of its template as they were, because its event is read with its fields. */
  formsChanged(template: Template, slots: readonly Slot[]): void;
}

/** One message to the browser, while it is built. */
export class Frame {
  readonly host: ComponentHost;
  /**
   * True while writing content that the server forgets or the browser keeps: a stream's items, and the inside of
   * `phx-update="ignore"`.
   */
  streamed = false;
  /** True inside `phx-update="ignore"`, where client code may change a form's fields. */
  ignored = false;
  /** How many components, nested views and streams the frame has met. They can change while the item around them does not. */
  lively = 0;
  /** What the slot that was compared last sends; undefined: nothing. No result, because most slots have both this and a new content. */
  change: unknown;
  #templates: Map<Template, number> | undefined;

  constructor(host: ComponentHost) {
    this.host = host;
  }

  /** How events are proven at the place that this frame is writing. */
  get seal(): CommandPlace["seal"] {
    return this.streamed ? this.host.seal : undefined;
  }

  /** A template's statics in this frame: a number under its `p`. */
  statics(template: Template): unknown {
    this.#templates ??= new Map();
    let number = this.#templates.get(template);
    if (number === undefined) {
      number = this.#templates.size;
      this.#templates.set(template, number);
    }
    return number;
  }

  /** Adds `p` to the frame's root, if the frame has statics. */
  finish(root: WireNode): WireNode {
    if (this.#templates !== undefined) {
      const statics: Record<number, readonly string[]> = {};
      for (const [template, number] of this.#templates) statics[number] = template.statics;
      root["p"] = statics;
    }
    return root;
  }
}

/** A component's part of a frame: it carries its own statics, because the client may clone it into another component. */
export class ComponentFrame extends Frame {
  override statics(template: Template): unknown {
    return template.statics;
  }
}
