import { csrfField, html, localPath, logIn, logOut, putFlash, sessionOf, type Rendered } from "holdfast";
import { input } from "holdfast/components";
import type { Context, Hono } from "hono";
import { SEED_LOGINS } from "../../db/seeds.js";
import { passwordAttempts } from "../limits.js";
import { userSocketId } from "../topics.js";
import { page, text, type PageDeps } from "./page.js";

/** Logging in and out, here and everywhere. */
export function loginRoutes(app: Hono, deps: PageDeps): void {
  const { accounts, auth, development, endpoint } = deps;
  const form = (c: Context, shown: LoginForm, status: number) =>
    page(deps, c, loginForm(c, shown, development), { title: "Log in", status });

  app.get("/login", (c) => {
    if (c.var.currentUser?.confirmedAt) return c.redirect("/posts");
    return form(c, { email: "", returnTo: sessionOf(c).flash.returnTo ?? "" }, 200);
  });

  app.post("/login", passwordAttempts(), async (c) => {
    const body = await c.req.parseBody();
    const [email, returnTo] = [text(body, "email"), text(body, "returnTo")];
    const user = await accounts.authenticate(email, text(body, "password"));
    if (!user) return form(c, { email, returnTo, error: "Address and password do not match." }, 422);
    if (!user.confirmedAt) {
      await accounts.createConfirmation(user);
      return form(c, { email, returnTo, error: "Your address is not confirmed yet. Open the link that we have sent to it." }, 422);
    }
    await logIn(c, { userId: user.id, liveSocketId: userSocketId(user) });
    putFlash(c, "info", `Welcome back, ${user.name}.`);
    // The field comes from the browser: only a path of this blog is followed.
    return c.redirect(localPath(returnTo) ?? "/posts", 303);
  });

  app.post("/logout", async (c) => {
    await logOut(c);
    putFlash(c, "info", "You are logged out.");
    return c.redirect("/login", 303);
  });

  app.post("/logout-everywhere", auth.ensureConfirmed, async (c) => {
    await endpoint().endSessions(userSocketId(c.var.currentUser!));
    await logOut(c);
    putFlash(c, "info", "You are logged out on every device.");
    return c.redirect("/login", 303);
  });

  app.get("/account", auth.ensureConfirmed, (c) => {
    const { name, email, role } = c.var.currentUser!;
    return page(deps, c, html`
      <section class="card">
        <h1>${name}</h1>
        <p class="lede">${email} <span class="badge ${role}">${role}</span></p>
        <form method="post" action="/logout-everywhere">
          ${csrfField(c)}
          <p class="muted">Lost a device, or forgot to log out somewhere? This ends every session that you have, this one
            included, and closes every page that is open.</p>
          <div class="actions"><button class="button danger" type="submit">Log out everywhere</button></div>
        </form>
      </section>
    `, { title: "Account" });
  });
}

/** What the log-in form shows. */
interface LoginForm {
  readonly email: string;
  /** The page that asked for the log-in; empty if none did. */
  readonly returnTo: string;
  readonly error?: string;
}

function loginForm(c: Context, { email, returnTo, error }: LoginForm, development: boolean): Rendered {
  return html`
    <section class="card">
      <h1>Log in</h1>
      <form method="post" action="/login">
        ${csrfField(c)}
        ${returnTo !== "" && html`<input type="hidden" name="returnTo" value=${returnTo}>`}
        ${error !== undefined && html`<p class="flash error" role="alert"><span>${error}</span></p>`}
        ${input({ name: "email", label: "Email", type: "email", value: email, required: true, autocomplete: "username" })}
        ${input({ name: "password", label: "Password", type: "password", required: true, autocomplete: "current-password" })}
        <div class="actions"><button class="button primary" type="submit">Log in</button></div>
      </form>
      <p class="card-foot">New here? <a href="/register">Register</a></p>
    </section>
    ${development && html`
      <aside class="logins">
        <p>In development there are these:</p>
        <dl>${SEED_LOGINS.map((login) => html`<dt>${login.email}</dt><dd>${login.password}</dd>`)}</dl>
      </aside>
    `}
  `;
}
