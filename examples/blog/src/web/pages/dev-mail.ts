import { html, type Content } from "holdfast";
import type { Hono } from "hono";
import { timeOf } from "../format.js";
import { page, type PageDeps } from "./page.js";

/** The development mailbox, where everybody's mail can be read. */
export function devMailRoutes(app: Hono, deps: PageDeps): void {
  app.get("/dev/mail", (c) => {
    const mails = deps.mailbox.list();
    return page(deps, c, html`
      <div class="page-head"><div>
        <h1>Mailbox</h1>
        <p class="lede">In development, mail is not sent: it lands here.</p>
      </div></div>
      ${mails.length === 0
        ? html`<div class="empty"><strong>No mail</strong><p>Register, and there will be a link to confirm.</p></div>`
        : html`<div class="mails">${mails.map((mail) => html`
            <article>
              <h2>${mail.subject}</h2>
              <p class="meta"><span>to ${mail.to}</span> ${timeOf(mail.at)}</p>
              <pre>${linked(mail.text)}</pre>
            </article>
          `)}</div>`}
    `, { title: "Mailbox" });
  });
}

/** A mail's text with clickable links. Only their paths are kept, so that they work under whatever host the blog was opened. */
function linked(text: string): Content[] {
  return text.split(/(https?:\/\/\S+)/).map((part, index) =>
    index % 2 === 1 && URL.canParse(part) ? html`<a href=${new URL(part).pathname}>${part}</a>` : part);
}
