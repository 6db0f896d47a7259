// One node of an application with a form, behind a load balancer. What is stored goes into a file that all nodes append to,
// without a unique key: whatever ran twice stands there twice.
import { appendFileSync } from "node:fs";
import { createEndpoint, form, formTag, html, liveSession, liveView } from "holdfast";
import { serve } from "holdfast/node";
import { redis } from "holdfast/redis";
import { z } from "zod";

const { PORT, URL: url, STORE, REDIS_URL, LIMITS, SECRETS, BUILD } = process.env;

/** What a build has that the one before it has not. */
const news = BUILD === "1" ? html`` : html`<section><h2 id="build">Build ${BUILD}</h2></section>`;

const Notes = liveView.define({
  name: "Notes",
  authorize: "public",
  mount: () => ({ note: form(z.object({ text: z.string().min(1), ms: z.coerce.number().default(0) })), stored: 0 }),
  events: {
    save: {
      form: "note",
      async handle(socket, { text, ms }) {
        await new Promise((resolve) => setTimeout(resolve, ms));
        appendFileSync(STORE, `${JSON.stringify({ text, pid: process.pid })}\n`);
        socket.assign({ stored: socket.assigns.stored + 1, note: socket.assigns.note.reset() });
      },
    },
  },
  render: ({ note, stored }, on) => html`
    ${news}${formTag({
      for: note, "phx-change": on.save.change, "phx-submit": on.save.submit,
      inner: html`<input id="text" name="text" value=${note.field("text").value} autocomplete="off"><input type="hidden" name="ms" value="50"><button id="save">Save</button>`,
    })}
    <output id="stored">${stored}</output>`,
});

const endpoint = createEndpoint({
  secret: JSON.parse(SECRETS), url, trustProxy: "loopback", backplane: redis({ url: REDIS_URL }), health: true,
  live: [liveSession("default", {}, (live) => live("/", Notes))],
  rootLayout: ({ inner, csrfToken, title, scripts }) => html`<!DOCTYPE html>
    <html lang="en"><head><meta name="csrf-token" content=${csrfToken}>${title}${scripts}</head><body>${inner}</body></html>`,
  // All visitors of a test have one address.
  limits: { socketsPerIp: Infinity, ...JSON.parse(LIMITS) },
  log() {},
});
await serve(endpoint, { port: Number(PORT), signals: true });
console.log("ready");
