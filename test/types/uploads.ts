// Checked by the compiler and never run: uploads.
import { fileInput, html, imagePreview, liveComponent, liveView, upload, type UploadEntry, type UploadWriter } from "holdfast";

/** Fails to compile unless the two types are the same, `any` included. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_same: Same<A, B>): void => {};

declare const writer: UploadWriter<{ key: string }>;

liveView.define({
  authorize: "public",
  mount: () => ({
    disk: upload({ accept: [".png"] }),
    bucket: upload({ writer: () => writer }),
    away: upload({ external: ({ name }) => (name === "" ? { refused: "no_name" } : { uploader: "S3", url: name }) }),
    count: 0,
  }),
  progress: {
    disk: (socket, entry) => {
      same<typeof entry, UploadEntry>(true);
      socket.assign({ count: entry.progress });
      // @ts-expect-error -- no such assign
      socket.assign({ counts: 1 });
    },
    // @ts-expect-error -- no such upload
    disc: () => {},
  },
  events: {
    save: {
      async handle(socket) {
        const sizes = await socket.consumeUploads("disk", ({ path, entry }) => {
          same<typeof path, string>(true);
          return entry.size;
        });
        same<typeof sizes, number[]>(true);
        await socket.consumeUploads("bucket", ({ meta }) => same<typeof meta.key, string>(true));
        await socket.consumeUploads("away", ({ meta }) => same<typeof meta.url, string>(true));
        const one = await socket.consumeUpload("disk", { ref: "0" }, ({ path }) => path);
        same<typeof one, string | undefined>(true);
        // @ts-expect-error -- a bucket's file is not on this disk
        await socket.consumeUpload("bucket", { ref: "0" }, ({ path }) => path);
        // @ts-expect-error -- a bucket's file is not on this disk
        await socket.consumeUploads("bucket", ({ path }) => path);
        // @ts-expect-error -- no upload
        await socket.consumeUploads("count", () => {});
        // @ts-expect-error -- no such assign
        socket.cancelUpload("disc", "0");
      },
    },
  },
  render: ({ disk, bucket, count }, on) => html`<form phx-change=${on.save}>${fileInput(disk, { class: "files", required: true })}
    ${fileInput(
      bucket,
      // @ts-expect-error -- the id is the upload's ref
      { id: "mine" },
    )}
    ${fileInput(
      // @ts-expect-error -- no upload
      count,
    )}
    ${disk.entries.map((entry) => imagePreview(entry, { width: 80 }))}</form>`,
});

liveComponent().define({
  mount: () => ({ inner: upload() }),
  progress: { inner: (socket) => socket.cancelUpload("inner", "0") },
  render: ({ inner }) => html`<form>${fileInput(inner)}</form>`,
});

// @ts-expect-error -- either elsewhere or through a writer
upload({ external: () => ({ uploader: "S3" }), writer: () => writer });
// @ts-expect-error -- what the client is given names its uploader
upload({ external: () => ({ url: "/" }) });
// @ts-expect-error -- a list
upload({ accept: ".png" });
