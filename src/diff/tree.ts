/**
 * The tree that the browser has, and the diff that turns it into the next one.
 *
 * A view keeps one `Tree`, and so does each of its live components. Of the last render it keeps only what a comparison
 * needs: for each template its identity and the values of its holes as they were given, before escaping. Comparing is
 * therefore cheaper than rendering: a value that did not change is never turned into text.
 *
 * The wire's shape is LiveView 1.2's: a template is an object of its changed slots, with its statics under `s` when the
 * browser does not have them yet; statics are shared within a frame under `p`; lists are `k` with `kc` and `km`; a stream is
 * a list with `stream`; a component is its number, and its own tree is under `c`.
 *
 * A comparison writes into the tree as it goes, so a tree is useless once one has thrown: its view has crashed.
 *
 * @module
 */
import type { PushedEvent, Rendered, Template } from "../html/index.js";
import { JsonText } from "../protocol/index.js";
import { buildSlots, buildTemplate } from "./build.js";
import { diffSlots } from "./compare.js";
import { diffText } from "./diff-text.js";
import { findEvent } from "./find-event.js";
import { ComponentFrame, Frame, type ComponentHost } from "./frame.js";
import { diffJson } from "./shared-json.js";
import { nodeFor, TemplateNode, type Slot, type WireNode } from "./nodes.js";

/** A view's tree or a component's, as the browser has it. */
export class Tree {
  readonly #host: ComponentHost;
  #root: TemplateNode | undefined;

  constructor(host: ComponentHost) {
    this.#host = host;
  }

  /** The template that the browser has at the root. */
  get template(): Template | undefined {
    return this.#root?.template;
  }

  /** What the browser has, for searches. */
  get shown(): Slot {
    return this.#root;
  }

  /** A view's whole tree, for a join: afterwards the browser has `rendered`. */
  full(rendered: Rendered): WireNode {
    const out = this.#anew(new Frame(this.#host), rendered);
    if (rendered.template.root) out["r"] = 1;
    return out;
  }

  /** What changed since the view's last render, or undefined if nothing did. */
  diff(rendered: Rendered): WireNode | undefined {
    // Without the mark of a single root: in a view's diff the client takes `r` for the event's reply.
    if (this.#root?.template !== rendered.template) {
      this.forget();
      this.#host.renewed();
      return this.#anew(new Frame(this.#host), rendered);
    }
    const frame = new Frame(this.#host);
    const out = diffSlots(frame, this.#root.template, this.#root.slots, 0, rendered.values);
    return out === undefined ? undefined : frame.finish(out);
  }

  /**
   * A component's whole tree.
   *
   * @param like a component whose tree has the same root template: the client clones it as `reference` says, and only what
   * differs is sent. Negative: as it was before this frame. Positive: as this frame makes it
   */
  fullComponent(rendered: Rendered, like?: { tree: Tree; reference: number }): WireNode {
    const frame = new ComponentFrame(this.#host);
    const { template, values } = rendered;
    const out = nodeFor(template);
    const model = like === undefined ? undefined : like.tree.#root;
    this.forget();
    this.#root = new TemplateNode(template, buildSlots(frame, template, values, out, model?.slots));
    if (like !== undefined) {
      out["s"] = like.reference;
    } else {
      out["s"] = template.statics;
      out["r"] = 1;
    }
    return out;
  }

  /** What changed since the component's last render, or undefined if nothing did. */
  diffComponent(rendered: Rendered): WireNode | undefined {
    if (this.#root?.template !== rendered.template) return this.fullComponent(rendered);
    return diffSlots(new ComponentFrame(this.#host), this.#root.template, this.#root.slots, 0, rendered.values);
  }

  /** The last diff as JSON, if nothing was added to it. */
  json(diff: WireNode): JsonText {
    return new JsonText(diffText(diff, this.#root!));
  }

  /** The same, where other views may have the same diff next. */
  sharedJson(diff: WireNode): JsonText {
    return diffJson(diff, this.#root!);
  }

  /** The event that the browser has under this name, for this target. */
  find(name: string, target: number | undefined, outsideForms = false): PushedEvent | undefined {
    return findEvent(this.#root, { name, target, outsideForms });
  }

  /** The browser no longer has it; what was just shown may still send events. */
  forget(): void {
    if (this.#root !== undefined) this.#host.slotReplaced(this.#root);
    this.#root = undefined;
  }

  #anew(frame: Frame, rendered: Rendered): WireNode {
    const out = nodeFor(rendered.template);
    this.#root = buildTemplate(frame, rendered, out, undefined);
    return frame.finish(out);
  }
}
