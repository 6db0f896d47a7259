import type { LiveContext } from "../socket/index.js";
import type { CrashBudget } from "./crash-budget.js";
import type { LeftPages } from "./left-pages.js";
import type { StickyViews } from "./sticky-views.js";

/** What every page of an endpoint shares. */
export interface PageContext extends LiveContext {
  readonly stickyViews: StickyViews;
  /** Whether one of a page's tracked files, as its client names them, has changed since. */
  readonly staticChanged: (tracked: unknown) => boolean;
  /** Whether a 403 at this URL must look like a 404. */
  readonly hidesForbidden: (uri: URL) => boolean;
  /** Pages that browsers may still show. */
  readonly leftPages: LeftPages;
  /** Counts crashes, to stop pages that crash too often. */
  readonly crashes: CrashBudget;
}
