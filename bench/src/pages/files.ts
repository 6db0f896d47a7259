import { fileInput, html, keyed, liveView, upload } from "holdfast";

export const Files = liveView.define({
  name: "files",
  authorize: "public",
  mount: () => ({ files: upload({ maxFileSize: 2 ** 31 }) }),
  events: {
    change: { handle: () => {} },
    save: { handle: (socket) => socket.consumeUploads("files", () => undefined).then(() => undefined) },
  },
  render: ({ files }, on) => html`
    <form id="files" phx-change=${on.change} phx-submit=${on.save}>
      ${fileInput(files)}
      ${keyed(
        files.entries,
        ({ ref }) => ref,
        ({ name, progress }) => html`<p>${name} <progress value=${progress} max="100"></progress></p>`,
      )}
      <button>Save</button>
    </form>`,
});
