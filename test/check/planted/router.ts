import { csrfField, html, liveSession, logIn, logOut, type Endpoint } from "holdfast";
import { serve } from "holdfast/node";
import type { Context, Hono } from "hono";
import { paths } from "./paths.js";
import { Posts } from "./views/posts.js";

export const session = liveSession("user", {}, (live) => {
  live(paths.posts, Posts);
  live("/drafts", Posts);
});

export function routes(app: Hono, endpoint: () => Endpoint): void {
  app.get("/login", (c) => endpoint().renderPage(c, html`<a href="/signin">Sign in</a>`)); // expect: link_unknown
  app.get("/account", (c) => endpoint().renderPage(c, html`
    <form method="post" action="/logout"><button>Log out</button></form>${/* expect: csrf_token_missing */ ""}
    <form method="post" action="/logout">${csrfField(c)}<button>Log out</button></form>`));
  app.post("/login", async (c) => {
    logIn(c, { userId: 1 }); // expect: promise_floating
    return c.redirect("/postz"); // expect: link_unknown
  });
  app.post("/logout", async (c) => {
    if (c.req.query("all") === "1") endpoint().endSessions("users:1"); // expect: promise_floating
    await logOut(c);
    c.redirect("/login"); // expect: result_dropped
  });
  app.post("/ban", async (c: Context) => {
    c.req.query("now") === "1" && endpoint().disconnect("users:1"); // expect: promise_floating
    void endpoint().disconnect("users:2");
    return c.redirect(`/posts/${c.req.query("id")}`);
  });
}

export async function main(endpoint: Endpoint): Promise<void> {
  serve(endpoint, { port: 4000 }); // expect: promise_floating
}
