// One node of an application with a form, behind a load balancer. What is stored goes into a file that all nodes append to,
// without a unique key: whatever ran twice stands there twice.
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createEndpoint, fileInput, form, formTag, html, liveSession, liveView, upload } from "holdfast";
import { serve } from "holdfast/node";
import { redis } from "holdfast/redis";
import { z } from "zod";

const { PORT, URL: url, STORE, REDIS_URL, LIMITS, SECRETS, BUILD } = process.env;

/** Whether the process is killed before it answers what it has handled: what its handler stored and its outcome stay. */
let dying = false;
const unlessDying = () => {
  if (dying) process.kill(process.pid, "SIGKILL");
};

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
        dying = text.includes("dying");
      },
    },
  },
  render: ({ note, stored }, on) => (unlessDying(), html`
    <output id="pid">${process.pid}</output>
    ${news}${formTag({
      for: note, "phx-change": on.save.change, "phx-submit": on.save.submit,
      inner: html`<input id="text" name="text" value=${note.field("text").value} autocomplete="off"><input type="hidden" name="ms" value="50"><button id="save">Save</button>`,
    })}
    <output id="stored">${stored}</output>`),
});

/** What is stored of letters, by the ids of their submissions. */
const letters = () => (existsSync(STORE) ? readFileSync(STORE, "utf8").split("\n").filter((line) => line !== "").map((line) => JSON.parse(line)) : []);
/** Resolves when the page is lost. */
const lost = ({ signal }) => new Promise((resolve) => signal.addEventListener("abort", resolve));
const sha256 = async (path) => createHash("sha256").update(await readFile(path)).digest("hex");

/** A form with files. A letter that is stored already, because its node was killed before it could say so, is only counted. */
const Letters = liveView.define({
  name: "Letters",
  authorize: "public",
  mount: () => ({ letter: form(z.object({ text: z.string().min(1) })), files: upload({ maxEntries: 3 }), stored: letters().map(({ text }) => text) }),
  events: {
    save: {
      form: "letter",
      async handle(socket, { text }) {
        const { id } = socket.submission;
        if (text.includes("lost early") && !letters().some((letter) => letter.text === `${text}: begun`)) {
          appendFileSync(STORE, `${JSON.stringify({ text: `${text}: begun`, pid: process.pid })}\n`);
          await lost(socket);
        }
        const files = await socket.consumeUploads("files", async ({ path, entry }) => `${entry.name} ${await sha256(path)}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
        const again = letters().some((letter) => letter.id === id);
        appendFileSync(STORE, `${JSON.stringify({ text, pid: process.pid, id, files, again })}\n`);
        if (text.includes("lost late")) await lost(socket);
        socket.assign({ letter: socket.assigns.letter.reset(), stored: [...socket.assigns.stored, text] });
        dying = text.includes("dying");
      },
    },
  },
  render: ({ letter, files, stored }, on) => (unlessDying(), html`
    <output id="pid">${process.pid}</output>
    ${formTag({
      for: letter, "phx-change": on.save.change, "phx-submit": on.save.submit,
      inner: html`<input id="text" name="text" value=${letter.field("text").value} autocomplete="off">${fileInput(files)}<button id="save">Save</button>`,
    })}
    <ul id="chosen">${files.entries.map(({ name, errors }) => html`<li>${name} ${errors.join()}</li>`)}</ul>
    <ul id="stored">${stored.map((text) => html`<li>${text}</li>`)}</ul>`),
});

const endpoint = createEndpoint({
  secret: JSON.parse(SECRETS), url, trustProxy: "loopback", backplane: redis({ url: REDIS_URL }), health: true,
  live: [liveSession("default", {}, (live) => {
    live("/", Notes);
    live("/letters", Letters);
  })],
  rootLayout: ({ inner, csrfToken, title, scripts }) => html`<!DOCTYPE html>
    <html lang="en"><head><meta name="csrf-token" content=${csrfToken}>${title}${scripts}</head><body>${inner}</body></html>`,
  // All visitors of a test have one address.
  limits: { socketsPerIp: Infinity, ...JSON.parse(LIMITS) },
  log() {},
});
await serve(endpoint, { port: Number(PORT), signals: true });
console.log("ready");
