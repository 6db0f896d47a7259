// src/layout.ts
import { csrfField, html, link, type Layout, type RootLayout } from "holdfast";
import { flash } from "holdfast/components";
import type { User } from "./accounts.js";
import { paths } from "./paths.js";

export const rootLayout: RootLayout = ({ inner, title, csrfToken, scripts }) => html`
  <!doctype html>
  <html lang="en">
    <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="csrf-token" content=${csrfToken}>
      <title>${title ?? "Desk"}</title>
      <link rel="stylesheet" href="/assets/holdfast/components.css">
      ${scripts}
    </head>
    <body>${inner}</body>
  </html>`;

export const layout: Layout<{ user: User; csrf: string }> = ({ user, csrf, flash: messages, inner }) => html`
  <header>
    <nav>${link({ navigate: paths.board(), inner: "Tickets" })} ${link({ navigate: paths.newTicket(), inner: "New ticket" })}</nav>
    <form method="post" action="/logout">
      ${csrfField(csrf)} ${user.name} (${user.role}) <button>Log out</button>
    </form>
  </header>
  <main>${flash({ flash: messages })}${inner}</main>`;
