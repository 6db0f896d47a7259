// An application whose data and temporary files lie on a disk of 1 MiB, which it fills and frees on request.
import { createEndpoint, fileInput, fileRevocations, html, liveSession, liveView, logIn, logOut, sessionOf, upload } from "holdfast";
import { serve } from "holdfast/node";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const disk = process.argv[2];
const filler = join(disk, "filler");

/** Writes until nothing more fits, not even into the last page of a file. */
function fill(file) {
  for (let bytes = 1 << 20; bytes > 0; bytes >>= 1) {
    try {
      writeFileSync(file, Buffer.alloc(bytes, "\n"), { flag: "a" });
      bytes <<= 1;
    } catch (error) {
      if (error.code !== "ENOSPC") throw error;
    }
  }
}

const Files = liveView.define({
  name: "Files", authorize: "public",
  mount: () => ({ files: upload({ maxEntries: 1 }), kept: 0 }),
  events: {
    change: { handle: () => {} },
    save: {
      async handle(socket) {
        const paths = await socket.consumeUploads("files", ({ path }) => path);
        socket.update("kept", (kept) => kept + paths.length);
      },
    },
  },
  render: ({ files, kept }, on) => html`
    <form id="files" phx-change=${on.change} phx-submit=${on.save}>${fileInput(files)}</form><output>${kept}</output>
    <p id="errors">${files.entries.flatMap(({ errors }) => errors).join()}</p>`,
});

process.on("message", (told) => {
  if (told === "fill") for (const file of [filler, join(disk, "revocations")]) fill(file);
  else if (told === "free") rmSync(filler);
  process.send({ done: told });
});
const endpoint = createEndpoint({
  secret: "a secret of the full disk, long enough to be one",
  ...(process.argv[3] === "own" && { revocations: fileRevocations({ path: join(disk, "revocations") }) }),
  live: [liveSession("default", {}, (live) => live("/files", Files))],
  routes(app) {
    app.get("/in", async (c) => {
      await logIn(c, { userId: 7 });
      return c.text("in");
    });
    app.get("/out", async (c) => {
      await logOut(c);
      return c.text("out");
    });
    app.get("/who", (c) => c.text(String(sessionOf(c).values.userId ?? "nobody")));
  },
  log: (message, details) => process.send({ message, error: String(details.error ?? "") }),
});
const { url } = await serve(endpoint, { port: 0, host: "127.0.0.1" });
process.send({ url });
