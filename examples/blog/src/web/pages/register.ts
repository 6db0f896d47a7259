import { csrfField, html, logIn, putFlash, type Rendered } from "holdfast";
import { input } from "holdfast/components";
import type { Context, Hono } from "hono";
import { EmailTaken, RegistrationForm, WrongPassword } from "../../accounts/index.js";
import { fieldErrors, type FieldErrors } from "../fields.js";
import { passwordAttempts, registrations } from "../limits.js";
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

  const confirmation = (c: Context, status: number, error?: string) =>
    page(deps, c, confirmForm(c, error), { title: "Confirm your address", status });

  // The link only shows a form: mail scanners follow links, but they know no password.
  app.get("/confirm/:token", (c) => confirmation(c, 200));

  app.post("/confirm/:token", passwordAttempts(), async (c) => {
    const password = text(await c.req.parseBody(), "password");
    try {
      const user = await accounts.confirmUser(c.req.param("token"), password);
      if (!user) {
        putFlash(c, "error", "This link does not work any more. Log in to get a new one, or register again.");
        return c.redirect("/login", 303);
      }
      await logIn(c, { userId: user.id, liveSocketId: userSocketId(user) });
      putFlash(c, "info", `Welcome, ${user.name}.`);
      return c.redirect("/posts", 303);
    } catch (error) {
      if (!(error instanceof WrongPassword)) throw error;
      return confirmation(c, 422, "This is not the password that was chosen for this address.");
    }
  });
}

/** Posts to the URL of its own page, which has the token. */
function confirmForm(c: Context, error: string | undefined): Rendered {
  return html`
    <section class="card">
      <h1>One last step</h1>
      <p class="lede">Confirm that this address is yours, and you are in.</p>
      <form method="post">
        ${csrfField(c)}
        ${error !== undefined && html`<p class="flash error" role="alert"><span>${error}</span></p>`}
        ${input({
          name: "password", label: "The password that you chose", type: "password", autocomplete: "current-password", required: true,
        })}
        <div class="actions"><button class="button primary" type="submit">Confirm my address</button></div>
      </form>
      <p class="card-foot">Somebody else chose it? <a href="/register">Register with a password of your own</a></p>
    </section>
  `;
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
