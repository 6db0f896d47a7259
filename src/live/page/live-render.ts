import { ANYTHING, checkOptions, checkValue, having, OBJECT, YES_OR_NO, type OptionsPlace, type Shape } from "../../errors/options.js";
import { HoldfastError } from "../../errors/index.js";
import { ViewCall } from "../../html/index.js";
import type { LiveView } from "../definition/index.js";

/** Options of `liveRender`. */
export type LiveRenderOptions<Params = Readonly<Record<string, unknown>>> = NestedPlace & Given<Params>;

/** A view whose schema takes nothing, or only what may be missing, needs no `session`. */
type Given<Params> = {} extends Params ? Partial<NestedSession<Params>> : NestedSession<Params>;
interface NestedSession<Params> {
  /** Its `params`, parsed by its schema. JSON, sealed: the client can neither read nor change it. */
  readonly session: Params;
}
interface NestedPlace {
  /** The nested view's id, unique in the document: its element's id and its topic. */
  readonly id: string;
  /** True: it survives live navigation, as long as the pages there render it with the same id. Default false. */
  readonly sticky?: boolean;
}

const PLACE: OptionsPlace = { of: "liveRender", fix: 'liveRender(Chat, { id: "chat" })' };
/** The id is checked below. */
const SHAPE: Shape<NestedPlace & NestedSession<unknown>> = { id: ANYTHING, sticky: YES_OR_NO, session: OBJECT };
/** What `liveView.define` returns. */
export const VIEW = having("a view: what liveView.define(…) returns", "render");

/**
 * A live view within another, with its own mailbox: it crashes alone, and ends with its parent. `assignNew` reuses what its
 * parent has.
 *
 * @throws HoldfastError `component_id_invalid`; `view_definition_invalid` for a sticky view without a name
 * @example
 * html`<aside>${liveRender(Chat, { id: "chat", session: { room: room.id } })}</aside>`
 */
export function liveRender<Params>(view: LiveView<{}, Params, never>, options: LiveRenderOptions<NoInfer<Params>>): ViewCall;
export function liveRender(
  view: LiveView<{}, never, never>, options: NestedPlace & Partial<NestedSession<unknown>>,
): ViewCall {
  checkValue("view_definition_invalid", PLACE, "the view", view, VIEW);
  checkOptions<NestedPlace & Partial<NestedSession<unknown>>>("component_id_invalid", PLACE, options, SHAPE);
  const { id, session, sticky = false } = options;
  if (typeof id !== "string" || !/^[\w-]{1,64}$/.test(id)) {
    throw new HoldfastError("component_id_invalid", {
      what: `The nested view "${view.name}" has no valid id.`, expected: "1 to 64 letters, digits, _ or -",
      got: typeof id === "string" ? JSON.stringify(id.slice(0, 40)) : typeof id, fix: `liveRender(View, { id: "chat" })`,
    });
  }
  if (sticky && !view.named) {
    throw new HoldfastError("view_definition_invalid", {
      what: "A sticky view has no name.", expected: "a name, by which the view is found when its client reconnects",
      fix: `liveView.define({ name: "player", … })`,
    });
  }
  return new ViewCall(view, id, (session ?? {}) as Readonly<Record<string, unknown>>, sticky);
}
