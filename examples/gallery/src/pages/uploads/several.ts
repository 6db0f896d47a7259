import { readFile } from "node:fs/promises";
import { fileInput, html, keyed, liveView, upload, uploadErrors, type EventRef, type Upload } from "holdfast";
import { z } from "zod";
import { galleryPage } from "../../gallery-page.js";

const TEXTS: Readonly<Record<string, string>> = {
  too_large: "is larger than 100 kB", not_accepted: "is of another type", too_many_files: "Two chapters at most",
};
const said = (error: string): string => TEXTS[error] ?? error;

const Several = liveView.define({
  name: "Several",
  authorize: "public",
  mount: () => ({
    cover: upload({ accept: [".png"], maxFileSize: 100_000 }),
    chapters: upload({ accept: [".txt"], maxEntries: 2, maxFileSize: 100_000 }),
    title: "",
    books: [] as readonly string[],
  }),
  events: {
    change: { params: z.object({ title: z.string().max(80).default("") }), handle: (socket, { title }) => socket.assign({ title }) },
    remove: {
      bind: z.object({ from: z.enum(["cover", "chapters"]), ref: z.string() }),
      handle: (socket, { from, ref }) => socket.cancelUpload(from, ref),
    },
    publish: {
      params: z.object({ title: z.string().max(80).default("") }),
      async handle(socket, { title }) {
        const cover = await socket.consumeUploads("cover", ({ entry }) => entry.name);
        const chapters = await socket.consumeUploads("chapters", async ({ path }) => (await readFile(path, "utf8")).length);
        socket.update("books", (books) => [
          ...books,
          `${title}: ${cover[0] ?? "no cover"}, chapters of ${chapters.join(" and ") || "no"} letters`,
        ]);
        socket.assign({ title: "" });
      },
    },
  },
  render: ({ cover, chapters, title, books }, on) => html`
    <form id="book" class="stack" phx-change=${on.change} phx-submit=${on.publish}>
      <label>Title <input id="title" name="title" value=${title} autocomplete="off"></label>
      ${files("Cover", cover, (ref) => on.remove({ from: "cover", ref }))}
      ${files("Chapters", chapters, (ref) => on.remove({ from: "chapters", ref }))}
      <p><button id="publish">Publish</button></p>
    </form>
    <ul id="books">${books.map((book) => html`<li>${book}</li>`)}</ul>`,
});

/** One input of the form, with its chosen files. */
function files(label: string, of: Upload<unknown>, remove: (ref: string) => EventRef) {
  return html`<div id="${label.toLowerCase()}"><label for=${of.ref}>${label}</label> ${fileInput(of)}
    ${uploadErrors(of).map((error) => html`<p class="error">${said(error)}</p>`)}
    <ul class="plain">${keyed(of.entries, ({ ref }) => ref, (entry) => html`<li><b>${entry.name}</b>
      ${uploadErrors(entry).map((error) => html`<span class="error">${said(error)}</span>`)}
      <button type="button" class="quiet" aria-label="Remove ${entry.name}" phx-click=${remove(entry.ref)}>Remove</button></li>`,
    )}</ul></div>`;
}

export const page = galleryPage({
  title: "Several inputs",
  path: "/uploads/several",
  about: "One form has an input for the cover and one for the chapters, each with its own rules, and all files are sent before the " +
    "form is. A file that one input refuses keeps the form from being sent, and takes nothing from the other.",
  view: Several,
  url: import.meta.url,
});
