import { randomUUID } from "node:crypto";
import { fileInput, html, keyed, liveView, upload, uploadErrors } from "holdfast";
import type { Hono } from "hono";
import { z } from "zod";
import { galleryPage } from "../../gallery-page.js";

const PATH = "/uploads/elsewhere";
const MAX_BYTES = 5_000_000;

/** Stands for another service: files by their secret ids, complete or not. The oldest are dropped. */
const stored = new Map<string, { readonly size: number; bytes: number }>();

function begin(size: number): string {
  const id = randomUUID();
  const [oldest] = stored.size < 50 ? [] : stored.keys();
  if (oldest !== undefined) stored.delete(oldest);
  stored.set(id, { size, bytes: 0 });
  return id;
}

/** The two requests of the tus protocol: how much has arrived (`HEAD`, which Hono routes as `GET`), and the next bytes (`PATCH`). */
export function elsewhereRoutes(app: Hono): void {
  app.get(`${PATH}/:id`, (c) => {
    const file = stored.get(c.req.param("id"));
    return c.body(null, file === undefined ? 404 : 200, { "Upload-Offset": String(file?.bytes), "Cache-Control": "no-store" });
  });
  app.patch(`${PATH}/:id`, async (c) => {
    const file = stored.get(c.req.param("id"));
    if (file === undefined) return c.body(null, 404);
    const { byteLength } = await c.req.arrayBuffer();
    // Asked when the bytes are here: while they came, another request may have brought the same ones.
    if (Number(c.req.header("upload-offset")) !== file.bytes) return c.body(null, 409);
    if (file.bytes + byteLength > file.size) return c.body(null, 413);
    file.bytes += byteLength;
    return c.body(null, 204, { "Upload-Offset": String(file.bytes) });
  });
}

const Resume = z.object({ resume: z.object({ id: z.string() }) });

const Elsewhere = liveView.define({
  name: "Elsewhere",
  authorize: "public",
  mount(socket) {
    const csrf = socket.csrfToken();
    const files = upload({
      maxFileSize: MAX_BYTES, maxEntries: 3,
      external({ size, clientMeta }) {
        // Resumes an upload that began before the connection was lost. Its id is a secret; another size means another file.
        const earlier = Resume.safeParse(clientMeta).data?.resume.id ?? "";
        const id = stored.get(earlier)?.size === size ? earlier : begin(size);
        return { uploader: "resumable", url: `${PATH}/${id}`, chunkSize: 500_000, headers: { "x-csrf-token": csrf }, resume: { id }, id };
      },
    });
    return { files, saved: [] as string[] };
  },
  events: {
    chosen: { handle: () => {} },
    cancel: { bind: z.object({ ref: z.string() }), handle: (socket, { ref }) => socket.cancelUpload("files", ref) },
    save: {
      async handle(socket) {
        const saved = await socket.consumeUploads(
          "files",
          ({ meta, entry }) => `${entry.name}: ${stored.get(meta.id)?.bytes ?? 0} bytes elsewhere`,
        );
        socket.update("saved", (before) => [...before, ...saved]);
      },
    },
  },
  render: ({ files, saved }, on) => html`
    <form id="elsewhere" class="stack" phx-change=${on.chosen} phx-submit=${on.save}>
      <label for=${files.ref}>Files, up to 5 MB each</label> ${fileInput(files)}
      <ul id="chosen">${keyed(files.entries, ({ ref }) => ref, (entry) => html`<li>
        <b>${entry.name}</b> <progress max="100" value=${entry.progress} aria-label=${entry.name}></progress>
        ${uploadErrors(entry).map((error) => html`<span class="error">${error}</span>`)}
        <button type="button" class="quiet" aria-label="Remove ${entry.name}" phx-click=${on.cancel({ ref: entry.ref })}>Remove</button>
      </li>`)}</ul>
      <p><button id="save">Save</button></p>
    </form>
    <ul id="saved">${saved.map((line) => html`<li>${line}</li>`)}</ul>`,
});

export const page = galleryPage({
  title: "Sent elsewhere",
  path: PATH,
  about: "The browser sends these files somewhere other than the view, here to two routes beside it, at an address that " +
    "the view provides. Lose the connection in the middle, and a file continues where it stopped.",
  view: Elsewhere,
  url: import.meta.url,
});
