import { liveView, type LiveViewBase } from "holdfast";
import type { Accounts, PublicUser } from "../accounts/index.js";
import type { Blog } from "../blog/index.js";
import type { Auth } from "./auth.js";

/** What the views are built on. */
export interface Web {
  accounts: Accounts;
  blog: Blog;
  auth: Auth;
  /** The base of every view behind the log-in: its views have `currentUser`. */
  userView: LiveViewBase<{ currentUser: PublicUser }>;
}

/** The application's own kind of view, with its contexts at hand. */
export function createWeb(accounts: Accounts, blog: Blog, auth: Auth): Web {
  return { accounts, blog, auth, userView: liveView.use(auth.confirmedUser) };
}
