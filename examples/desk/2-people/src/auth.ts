// src/auth.ts
import { csrfField, html, liveView, logIn, logOut, onMount, putFlash, redirect, type Endpoint } from "holdfast";
import type { Hono } from "hono";
import { users } from "./accounts.js";

declare module "holdfast" {
  interface SessionValues {
    name?: string;
  }
}

export const signedIn = onMount((socket, { session }) => {
  const user = session.name === undefined ? undefined : users.get(session.name);
  if (user === undefined) return redirect("/login");
  return { user, csrf: socket.csrfToken() };
});

export const userView = liveView.use(signedIn);

export function loginRoutes(app: Hono, endpoint: () => Endpoint): void {
  app.get("/login", (c) => endpoint().renderPage(c, html`
    <form method="post" action="/login">
      ${csrfField(c)}
      <label>Name <input name="name" required></label>
      <button>Log in</button>
    </form>`));

  app.post("/login", async (c) => {
    const { name } = await c.req.parseBody();
    const user = users.get(String(name));
    if (user === undefined) return c.redirect("/login");
    await logIn(c, { name: user.name, liveSocketId: `user:${user.name}` });
    putFlash(c, "info", `Hello, ${user.name}.`);
    return c.redirect("/");
  });

  app.post("/logout", async (c) => {
    await logOut(c);
    return c.redirect("/login");
  });
}
