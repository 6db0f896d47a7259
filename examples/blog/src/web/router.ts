import { liveSession, type LiveSession } from "holdfast";
import type { Hono } from "hono";
import { liveLayout, wideLayout } from "./layouts.js";
import type { Web } from "./live.js";
import { devMailRoutes } from "./pages/dev-mail.js";
import { loginRoutes } from "./pages/login.js";
import type { PageDeps } from "./pages/page.js";
import { registerRoutes } from "./pages/register.js";
import { editPostView } from "./views/edit-post.js";
import { newPostView } from "./views/new-post.js";
import { postView } from "./views/post.js";
import { postsView } from "./views/posts.js";
import { usersView } from "./views/users.js";

/** The live pages: one session for readers and editors, one for admins. */
export function liveSessions(web: Web): LiveSession[] {
  const { ensureConfirmed, confirmedUser } = web.auth;
  const guards = { onMount: confirmedUser, middleware: ensureConfirmed };
  return [
    liveSession("user", { ...guards, layout: liveLayout }, (live) => {
      live("/posts", postsView(web));
      live("/posts/new", newPostView(web));
      live("/posts/:postId", postView(web));
      live("/posts/:postId/edit", editPostView(web));
    }),
    liveSession("admin", { ...guards, layout: wideLayout }, (live) => {
      live("/users", usersView(web));
    }),
  ];
}

/** The pages that are not live. */
export function plainRoutes(app: Hono, deps: PageDeps): void {
  app.use(deps.auth.fetchCurrentUser);
  app.use(async (c, next) => {
    c.set("section", c.req.path.split("/")[1] ?? "");
    c.set("development", deps.development);
    await next();
  });
  app.get("/", (c) => c.redirect(c.var.currentUser?.confirmedAt ? "/posts" : "/login"));
  loginRoutes(app, deps);
  registerRoutes(app, deps);
  if (deps.development) devMailRoutes(app, deps);
}

declare module "hono" {
  interface ContextVariableMap {
    /** The first part of the path: the navigation marks it. */
    section: string;
    development: boolean;
  }
}
