import type { WireNode } from "../../diff/index.js";
import type { EventSeal } from "../../html/index.js";
import type { OwnerState, ViewHandle } from "../socket/index.js";
import type { NestedPage, ParentView } from "./nested-views.js";
import type { ViewInit } from "./view-init.js";

/** The view that a page belongs to. */
export interface PageView extends OwnerState, ParentView, Omit<ViewHandle, "context"> {
  readonly definition: ViewInit["view"];
  /** Begins a nested view for the GET. */
  beginNested(init: ViewInit): NestedPage;
  /** Ends nested views that the page no longer shows. */
  dropNested(ids: readonly string[]): void;
  /** Sends a diff ahead of the frame that is being rendered. */
  pushDiff(diff: WireNode): void;
  /** Proves that an event was rendered, where the server forgets what it wrote. */
  readonly seal: EventSeal;
}
