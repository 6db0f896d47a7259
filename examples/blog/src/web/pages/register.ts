import { csrfField, html, logIn, putFlash, type Rendered } from "holdfast";
import { input } from "holdfast/components";
import type { Context, Hono } from "hono";
import { EmailTaken, RegistrationForm } from "../../accounts/index.js";
import { fieldErrors, type FieldErrors } from "../fields.js";
import { registrations } from "../limits.js";
import { userSocketId } from "../topics.js";
import { page, text, type PageDeps } from "./page.js";

/** Registration, and confirmation of the address. */
export function registerRoutes(app: Hono, deps: PageDeps): void {
  const { accounts } = deps;
  const form = (c: Context, values: { name: string; email: string }, errors: FieldErrors, status: number) =>
    page(deps, c, registerForm(c, values, errors), { title: "Register", status });

  app.get("/register", (c) => form(c, { name: "", email: "" }, {}, 200));

  app.post("/register", registrations(), async (c) => {
    const body = await c.req.parseBody();
    const input = { name: text(body, "name"), email: text(body, "email"), password: text(body, "password") };
    const parsed = RegistrationForm.safeParse(input);
    if (!parsed.success) return form(c, input, fieldErrors(parsed.error), 422);
    try {
      const user = await accounts.registerUser(parsed.data);
      await accounts.createConfirmation(user);
    } catch (error) {
      if (!(error instanceof EmailTaken)) throw error;
      // The answer is the same as for a new address: strangers must not learn who has an account.
      await accounts.mailAlreadyRegistered(parsed.data.email);
    }
    putFlash(c, "info", `Almost there: open the link that we have sent to ${parsed.data.email}.`);
    return c.redirect("/login", 303);
  });

  // The link only shows a button: mail scanners follow links, but they press nothing.
  app.get("/confirm/:token", (c) => page(deps, c, html`
    <section class="card">
      <h1>One last step</h1>
      <p class="lede">Confirm that this address is yours, and you are in.</p>
      <form method="post" action="/confirm/${c.req.param("token")}">
        ${csrfField(c)}
        <div class="actions"><button class="button primary" type="submit">Confirm my address</button></div>
      </form>
    </section>
  `, { title: "Confirm your address" }));

  app.post("/confirm/:token", async (c) => {
    const user = await accounts.confirmUser(c.req.param("token"));
    if (!user) {
      putFlash(c, "error", "This link does not work any more. Log in, and you get a new one.");
      return c.redirect("/login", 303);
    }
    await logIn(c, { userId: user.id, liveSocketId: userSocketId(user) });
    putFlash(c, "info", `Welcome, ${user.name}.`);
    return c.redirect("/posts", 303);
  });
}

function registerForm(c: Context, values: { name: string; email: string }, errors: FieldErrors): Rendered {
  return html`
    <section class="card">
      <h1>Register</h1>
      <form method="post" action="/register">
        ${csrfField(c)}
        ${input({
          name: "name", label: "Name", value: values.name, errors: errors.name, autocomplete: "name", maxlength: 80, required: true,
        })}
        ${input({
          name: "email", label: "Email", type: "email", value: values.email, errors: errors.email, autocomplete: "username", required: true,
        })}
        ${input({
          name: "password", label: "Password", type: "password", errors: errors.password, autocomplete: "new-password", required: true,
          help: "At least 12 characters.",
        })}
        <div class="actions"><button class="button primary" type="submit">Register</button></div>
      </form>
      <p class="card-foot">Already here? <a href="/login">Log in</a></p>
    </section>
  `;
}
