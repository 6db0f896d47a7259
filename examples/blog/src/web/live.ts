import { liveView, type LiveViewBase } from "holdfast";
import type { Accounts, PublicUser } from "../accounts/index.js";
import type { Blog } from "../blog/index.js";
import type { Auth } from "./auth.js";

/** What the views need. */
export interface Web {
  accounts: Accounts;
  blog: Blog;
  auth: Auth;
  /** The base of every view behind the log-in: its views have `currentUser`. */
  userView: LiveViewBase<{ currentUser: PublicUser }>;
}

/** Combines the contexts with the base of the application's views. */
export function createWeb(accounts: Accounts, blog: Blog, auth: Auth): Web {
  return { accounts, blog, auth, userView: liveView.use(auth.confirmedUser) };
}
