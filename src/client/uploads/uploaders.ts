import { fail, type ExternalEntry, type PresignedMeta, type ResumableMeta } from "./external-entry.js";
import { mayResume } from "./files.js";

/** Registers a callback for when the view of the files is gone. */
type OnViewError = (gone: () => void) => void;

/**
 * Sends each file in one request to a URL that the server has signed, for S3 and similar stores.
 *
 * @example
 * // The server's side of it:
 * external: async (entry) => ({ uploader: "presigned", url: await presign("PUT", entry.id), key: entry.id })
 */
export function presigned(entries: readonly ExternalEntry<PresignedMeta>[], onViewError: OnViewError): void {
  for (const entry of entries) send(entry, onViewError, async (wanted) => (await import("./sending.js")).sendPresigned(entry, wanted));
}

/**
 * Sends each file to an upload that can be resumed, with the protocol tus 1.0 (`HEAD` returns how much has arrived, `PATCH`
 * appends to it). After a lost connection it continues where it stopped. It also does after its view has mounted again, if
 * `external` returns a `resume` and recognizes the upload by it.
 *
 * @see https://tus.io/protocols/resumable-upload
 * @example
 * // The server's side of it:
 * external: async (entry) => {
 *   const id = verify(entry.clientMeta) ?? await store.create(entry.size);
 *   return { uploader: "resumable", url: `/files/${id}`, resume: sign(id) };
 * }
 */
export function resumable(entries: readonly ExternalEntry<ResumableMeta>[], onViewError: OnViewError): void {
  for (const entry of entries) {
    if (entry.meta.resume !== undefined) mayResume(entry.file, entry.meta.resume);
    send(entry, onViewError, async (wanted) => (await import("./sending.js")).sendResumable(entry, wanted));
  }
}

/** Sends a file, until it has arrived, has failed, or is no longer wanted. */
function send(entry: ExternalEntry, onViewError: OnViewError, sent: (wanted: AbortSignal) => Promise<void>): void {
  const wanted = new AbortController();
  entry.onCancel(() => wanted.abort());
  onViewError(() => {
    if (wanted.signal.aborted) return;
    wanted.abort();
    entry.error("interrupted");
  });
  sent(wanted.signal).catch(() => fail(entry, "not sent"));
}
