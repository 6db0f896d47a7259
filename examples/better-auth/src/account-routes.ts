// src/account-routes.ts
import { APIError } from "better-auth/api";
import { csrfField, html, logOut, putFlash, rateLimit, sessionOf, type Endpoint } from "holdfast";
import type { Context, Hono } from "hono";
import type { Auth } from "./auth.js";
import { socketIdOf } from "./guards.js";

export function accountRoutes(app: Hono, auth: Auth, endpoint: () => Endpoint): void {
  // #region pages
  const page = (c: Context, action: "login" | "register") => endpoint().renderPage(c, html`
    <p role="alert">${sessionOf(c).flash.error}</p>
    <form method="post" action="/${action}">
      ${csrfField(c)}
      <label>Email <input name="email" type="email" autocomplete="username" required></label>
      <label>Password <input name="password" type="password" required></label>
      <button>${action === "login" ? "Log in" : "Register"}</button>
    </form>`);
  app.get("/login", (c) => page(c, "login"));
  app.get("/register", (c) => page(c, "register"));
  // #endregion

  // #region log-in
  const attempts = rateLimit({ perSecond: 0.2, burst: 20 });

  app.post("/login", attempts, async (c) => {
    const { email, password } = await credentials(c);
    return answer(c, "/login", () => auth.api.signInEmail({ body: { email, password }, headers: c.req.raw.headers, returnHeaders: true }));
  });

  app.post("/register", attempts, async (c) => {
    const { email, password } = await credentials(c);
    const body = { email, password, name: email.split("@")[0]! };
    return answer(c, "/register", () => auth.api.signUpEmail({ body, headers: c.req.raw.headers, returnHeaders: true }));
  });
  // #endregion

  // #region log-out
  app.post("/logout", async (c) => {
    await auth.api.signOut({ headers: c.req.raw.headers });
    await logOut(c);
    return c.redirect("/login");
  });

  app.post("/logout-everywhere", async (c) => {
    const user = c.var.user;
    if (user === undefined) return c.redirect("/login");
    await auth.api.revokeSessions({ headers: c.req.raw.headers });
    await endpoint().endSessions(socketIdOf(user.id));
    return c.redirect("/login");
  });
  // #endregion
}

async function credentials(c: Context): Promise<{ email: string; password: string }> {
  const { email, password } = await c.req.parseBody();
  return { email: String(email), password: String(password) };
}

// #region answer
/** Passes better-auth's cookies on, or says what it did not like. */
async function answer(c: Context, back: string, ask: () => Promise<{ headers: Headers }>): Promise<Response> {
  try {
    const { headers } = await ask();
    for (const cookie of headers.getSetCookie()) c.header("set-cookie", cookie, { append: true });
    return c.redirect("/");
  } catch (error) {
    if (!(error instanceof APIError)) throw error;
    putFlash(c, "error", error.message);
    return c.redirect(back);
  }
}
// #endregion
