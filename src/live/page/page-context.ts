import type { LiveContext } from "../socket/index.js";
import type { CrashBudget } from "./crash-budget.js";
import type { LeftPages } from "./left-pages.js";
import type { StickyViews } from "./sticky-views.js";

/** What every page of an endpoint shares. */
export interface PageContext extends LiveContext {
  readonly stickyViews: StickyViews;
  /** Whether one of the files that a page tracks, as its client names them, has changed since. */
  readonly staticChanged: (tracked: unknown) => boolean;
  /** Whether a 403 at this URL is to look like a 404 to its user. */
  readonly hidesForbidden: (uri: URL) => boolean;
  /** Pages that their browsers may still show. */
  readonly leftPages: LeftPages;
  /** Which pages crash too often to be tried again. */
  readonly crashes: CrashBudget;
}
