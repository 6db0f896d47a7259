import { noteFocus, noteRendering } from "./drafts/fields.js";
import { dropRemoved, noteItems } from "./locked-streams.js";
import { listLocked, retargetLocked } from "./locked-targets.js";
import { keepNestedFocus } from "./nested-focus.js";
import type { ConnectOptions } from "./options.js";
import type { PageParts } from "./page-parts.js";
import { endRemovedViews, gatherItems } from "./portals.js";
import { keepUserState, noteUserState } from "./user-state.js";

/** The npm client's callbacks around a patch: the application's own, and ours. */
export function patchCallbacks(
  own: NonNullable<ConnectOptions["dom"]>, { prefix, drafts, files, notices }: PageParts,
): NonNullable<ConnectOptions["dom"]> {
  return {
    ...own,
    onPatchStart(container) {
      own.onPatchStart?.(container);
      noteFocus();
      noteItems();
      gatherItems(container, prefix);
      keepNestedFocus(container, prefix);
      drafts?.patchStarts(container);
    },
    onBeforeElUpdated(from, to) {
      own.onBeforeElUpdated?.(from, to);
      noteRendering(from, to);
      drafts?.beforeUpdate(from, to);
      keepUserState(from, to);
      listLocked(to);
      dropRemoved(from);
    },
    onPatchEnd(container) {
      // This comes first, because texts that are put back into a form are sent to its component.
      retargetLocked(container, prefix);
      endRemovedViews(container);
      drafts?.patchEnded(container);
      files?.patchEnded(container);
      notices.patchEnded();
      noteUserState(container);
      own.onPatchEnd?.(container);
    },
  };
}
