// "Straight to a bucket" of docs/guides/uploads.md; test/browser/s3-uploads.test.ts runs them in a browser.
import { HeadObjectCommand, PutBucketCorsCommand, PutObjectCommand, S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { fileInput, html, keyed, liveView, upload, uploadErrors, type UploadEntry } from "holdfast";
import { z } from "zod";

/** `options` say where a store is that is not Amazon's, and its keys. */
// #region client
export const connectS3 = (options: S3ClientConfig = {}): S3Client => new S3Client({
  region: "eu-central-1",
  // By default the SDK signs the checksum of an empty body into the URL, and S3 refuses every file that is not empty.
  requestChecksumCalculation: "WHEN_REQUIRED",
  ...options,
});
// #endregion

// #region put
export async function signPut(s3: S3Client, { id, size }: UploadEntry) {
  const key = `pictures/${id}`;
  // What the page accepts, never what a client claims: as text/html the bucket would serve a page.
  const contentType = "image/png";
  const command = new PutObjectCommand({ Bucket: "desk", Key: key, ContentLength: size, ContentType: contentType });
  // The size is signed unasked, the type is not.
  const url = await getSignedUrl(s3, command, { expiresIn: 600, signableHeaders: new Set(["content-type"]) });
  return { uploader: "presigned", url, headers: { "Content-Type": contentType }, key };
}
// #endregion

// #region post
export async function signPost(s3: S3Client, { id }: UploadEntry, maxBytes = 2_000_000) {
  const key = `pictures/${id}`;
  const { url, fields } = await createPresignedPost(s3, {
    Bucket: "desk", Key: key, Expires: 600,
    Fields: { "Content-Type": "image/png" },
    Conditions: [["content-length-range", 1, maxBytes]],
  });
  return { uploader: "presigned", url, fields, key };
}
// #endregion

// #region view
type Signed = Awaited<ReturnType<typeof signPut | typeof signPost>>;

const TEXTS: Readonly<Record<string, string>> = { external_client_failure: "The store did not take this file." };

export const photos = (name: string, s3: S3Client, sign: (entry: UploadEntry) => Promise<Signed>) => liveView.define({
  name,
  authorize: "public",
  mount: () => ({ photos: upload({ accept: [".png"], maxFileSize: 2_000_000, external: sign }), stored: [] as string[] }),
  events: {
    choose: { handle: () => {} },
    cancel: {
      bind: z.object({ ref: z.string() }),
      handle: (socket, { ref }) => socket.cancelUpload("photos", ref),
    },
    store: {
      async handle(socket) {
        const stored = await socket.consumeUploads("photos", async ({ entry, meta: { key } }) => {
          // That the file is there is the browser's word. This is the bucket's.
          const { ContentLength } = await s3.send(new HeadObjectCommand({ Bucket: "desk", Key: key }));
          return `${entry.name}, ${ContentLength} bytes`;
        });
        socket.update("stored", (before) => [...before, ...stored]);
      },
    },
  },
  render: ({ photos, stored }, on) => html`
    <form id="photos" phx-change=${on.choose} phx-submit=${on.store}>
      <label for=${photos.ref}>Photos</label> ${fileInput(photos)}
      ${keyed(photos.entries, ({ ref }) => ref, (entry) => html`
        <p>${entry.name} ${uploadErrors(entry).map((error) => html`<b role="alert">${TEXTS[error] ?? error}</b>`)}
          <button type="button" phx-click=${on.cancel({ ref: entry.ref })}>Take away</button></p>`)}
      <button>Store</button>
    </form>
    <ul id="stored">${stored.map((each) => html`<li>${each}</li>`)}</ul>`,
});
// #endregion

// #region cors
export const allowBrowsers = (s3: S3Client, origin: string) => s3.send(new PutBucketCorsCommand({
  Bucket: "desk",
  CORSConfiguration: { CORSRules: [{ AllowedOrigins: [origin], AllowedMethods: ["PUT", "POST"], AllowedHeaders: ["*"] }] },
}));
// #endregion
