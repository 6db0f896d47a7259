import { html, sessionOf, type Content, type ErrorPageProps, type Flash, type Layout, type Rendered, type RootLayout } from "holdfast";
import type { Context } from "hono";
import { isAdmin, isReader, type PublicUser } from "../accounts/index.js";

/** The document around every page. It is rendered once per page load, and live navigation leaves it alone. */
export const rootLayout: RootLayout = ({ inner, title, csrfToken, scripts, get }) => html`
  <!doctype html>
  <html lang="en">
    <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="csrf-token" content=${csrfToken}>
      <meta name="color-scheme" content="light dark">
      <title data-default="Steady" data-suffix=" · Steady">${title === undefined ? "" : `${title} · `}Steady</title>
      <link rel="icon" href="data:,">
      <link rel="stylesheet" href="/assets/holdfast/components.css">
      <link rel="stylesheet" href="/app.css">
      ${scripts}
    </head>
    <body>
      <a class="skip-link" href="#content">Skip to the content</a>
      <div id="progress"></div>
      <div id="connection" role="status">Reconnecting…</div>
      ${header(get("currentUser"), get("section"), csrfToken)}
      ${inner}
      <footer class="site-footer">
        <span>A live blog, made with Holdfast</span>
        ${get("development") === true && html`<a href="/dev/mail">Development mailbox</a>`}
      </footer>
    </body>
  </html>
`;

function header(user: PublicUser | undefined, section: string | undefined, csrfToken: string): Rendered {
  const known = user !== undefined && isReader(user);
  return html`
    <header class="site-header">
      <a class="brand" href="/">Steady</a>
      <nav aria-label="Main">
        ${known && html`<a href="/posts" aria-current=${section === "posts" && "page"}>Posts</a>`}
        ${known && isAdmin(user) && html`<a href="/users" aria-current=${section === "users" && "page"}>Users</a>`}
        ${known
          ? html`
            <a href="/account" aria-current=${section === "account" && "page"}>${user.name}</a>
            <form method="post" action="/logout">
              <input type="hidden" name="_csrf_token" value=${csrfToken}>
              <button type="submit">Log out</button>
            </form>
          `
          : html`
            <a href="/login" aria-current=${section === "login" && "page"}>Log in</a>
            <a href="/register" aria-current=${section === "register" && "page"}>Register</a>
          `}
      </nav>
    </header>
  `;
}

/** The layout of live views: flash messages, and the view. */
export const liveLayout: Layout = ({ inner, flash }) => html`
  <main id="content" tabindex="-1">${closableFlash(flash)}${inner}</main>
`;

/** The same for tables, which need the width. */
export const wideLayout: Layout = ({ inner, flash }) => html`
  <main id="content" class="wide" tabindex="-1">${closableFlash(flash)}${inner}</main>
`;

/** The layout of plain pages: its messages cannot be closed, because that needs a live view. */
export function plainLayout(c: Context, inner: Content): Rendered {
  const { flash } = sessionOf(c);
  return html`
    <main id="content" tabindex="-1">
      ${flash.info !== undefined && html`<p class="flash info" role="status"><span>${flash.info}</span></p>`}
      ${flash.error !== undefined && html`<p class="flash error" role="alert"><span>${flash.error}</span></p>`}
      ${inner}
    </main>
  `;
}

function closableFlash({ info, error }: Flash): Rendered {
  return html`
    ${info !== undefined && html`
      <p class="flash info" role="status">
        <span>${info}</span>
        <button class="button quiet small" type="button" phx-click="lv:clear-flash" phx-value-key="info"
          aria-label="Close the message">Close</button>
      </p>
    `}
    ${error !== undefined && html`
      <p class="flash error" role="alert">
        <span>${error}</span>
        <button class="button quiet small" type="button" phx-click="lv:clear-flash" phx-value-key="error"
          aria-label="Close the message">Close</button>
      </p>
    `}
  `;
}

const ERRORS: Readonly<Record<number, readonly [title: string, advice: string]>> = {
  403: ["You cannot see this page", "Your account is not allowed to, or the page was open for too long."],
  404: ["There is nothing here", "It may have been deleted. The list of posts shows what there is."],
};

/** The error page. The reason stays on the server, where the incident's number finds it. */
export function errorPage({ status, incident }: ErrorPageProps): Rendered {
  const [title, advice] = ERRORS[status] ?? (status < 500
    ? ["That did not work", "Go back, reload the page, and try again."]
    : ["Something went wrong", `The fault is ours, and it has been logged. If you write to us, mention ${incident}.`]);
  return html`
    <main id="content">
      <div class="empty">
        <h1>${title}</h1>
        <p>${advice}</p>
        <a class="button" href="/">To the posts</a>
      </div>
    </main>
  `;
}

