import { stat } from "node:fs/promises";
import { fileInput, html, imagePreview, keyed, liveView, upload, uploadErrors } from "holdfast";
import { z } from "zod";
import { galleryPage } from "../../gallery-page.js";

const TEXTS: Readonly<Record<string, string>> = {
  too_large: "is larger than 2 MB", not_accepted: "is no picture", too_many_files: "Three pictures at most",
  name_too_long: "has too long a name", interrupted: "was cut off", writer_failure: "could not be stored",
};
const said = (error: string): string => TEXTS[error] ?? error;

const Pictures = liveView.define({
  name: "Pictures",
  authorize: "public",
  mount: () => ({
    pictures: upload({
      accept: ["image/*"], maxEntries: 3, maxFileSize: 2_000_000,
      validate: ({ name }) => name.length > 60 ? "name_too_long" : undefined,
    }),
    saved: [] as string[],
  }),
  events: {
    validate: { handle: () => {} },
    cancel: { bind: z.object({ ref: z.string() }), handle: (socket, { ref }) => socket.cancelUpload("pictures", ref) },
    save: {
      async handle(socket) {
        // A real application moves the file from `path` to its own storage.
        const saved = await socket.consumeUploads("pictures", async ({ path, entry }) => `${entry.name}: ${(await stat(path)).size} bytes`);
        socket.update("saved", (before) => [...before, ...saved]);
      },
    },
  },
  render: ({ pictures, saved }, on) => html`
    <form id="pictures" class="stack" phx-change=${on.validate} phx-submit=${on.save}>
      <label for=${pictures.ref}>Pictures</label>
      <div id="drop" class="stack" phx-drop-target=${pictures.ref}>${fileInput(pictures)} <p>or drop them here</p></div>
      ${uploadErrors(pictures).map((error) => html`<p class="error">${said(error)}</p>`)}
      <ul id="chosen">${keyed(pictures.entries, ({ ref }) => ref, (entry) => html`<li id="entry-${entry.ref}">
        ${imagePreview(entry, { height: 60 })} <b>${entry.name}</b>
        <progress max="100" value=${entry.progress} aria-label=${entry.name}>${entry.progress} %</progress>
        ${uploadErrors(entry).map((error) => html`<span class="error">${said(error)}</span>`)}
        <button type="button" class="quiet" aria-label="Remove ${entry.name}" phx-click=${on.cancel({ ref: entry.ref })}>Remove</button>
      </li>`)}</ul>
      <p><button id="save">Save</button></p>
    </form>
    <ul id="saved">${saved.map((line) => html`<li>${line}</li>`)}</ul>`,
});

export const page = galleryPage({
  title: "Pictures",
  path: "/uploads/pictures",
  about: "Up to three pictures are chosen or dropped, shown before they are sent, and sent when the form is saved. " +
    "Size, name and first bytes are checked on the server, whatever the browser says of them.",
  view: Pictures,
  url: import.meta.url,
});
