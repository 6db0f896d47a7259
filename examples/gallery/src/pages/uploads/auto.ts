import { fileInput, html, keyed, liveComponent, liveView, upload } from "holdfast";
import { galleryPage } from "../../gallery-page.js";

const Notes = liveComponent().define({
  name: "notes",
  mount: () => ({ notes: upload({ accept: [".txt", ".csv"], autoUpload: true }), kept: "" }),
  progress: {
    async notes(socket, { done }) {
      if (!done) return;
      const [kept = ""] = await socket.consumeUploads("notes", ({ entry }) => entry.name);
      socket.assign({ kept });
    },
  },
  events: { chosen: { handle: () => {} } },
  render: ({ notes, kept }, on) => html`<form id="notes" phx-change=${on.chosen}>
    <label for=${notes.ref}>One note</label> ${fileInput(notes)}
    ${notes.entries.map(({ errors }) => errors.map((error) => html`<span class="error">${error}</span>`))} <output>${kept}</output></form>`,
});

const Auto = liveView.define({
  name: "Auto",
  authorize: "public",
  mount: () => ({ folder: upload({ autoUpload: true, maxEntries: 20, maxFileSize: 50_000_000 }), kept: [] as string[] }),
  progress: {
    async folder(socket) {
      if (socket.assigns.folder.entries.some(({ done, valid }) => valid && !done)) return;
      const kept = await socket.consumeUploads("folder", ({ entry }) => entry.relativePath || entry.name);
      socket.update("kept", (before) => [...before, ...kept]);
    },
  },
  events: { chosen: { handle: () => {} }, saved: { handle: () => {} } },
  render: ({ folder, kept }, on) => html`
    <form id="folder" class="stack" phx-change=${on.chosen} phx-submit=${on.saved}>
      <label for=${folder.ref}>A folder</label> ${fileInput(folder, { webkitdirectory: true })}
      ${keyed(folder.entries, ({ ref }) => ref, ({ name, progress, errors }) => html`
        <p class="row">${name} <progress max="100" value=${progress} aria-label=${name}></progress> ${errors.join(", ")}</p>`)}
    </form>
    ${Notes({ id: "notes-part" })}
    <ul id="kept">${kept.map((name) => html`<li>${name}</li>`)}</ul>`,
});

export const page = galleryPage({
  title: "Sent at once",
  path: "/uploads/auto",
  about: "Files are sent as soon as they are chosen, a whole folder or one note, and consumed when the last byte has " +
    "arrived. The note's upload belongs to a live component, with its own form and progress handler.",
  view: Auto,
  url: import.meta.url,
});
