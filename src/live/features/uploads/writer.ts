import type { MaybePromise } from "../../socket/index.js";
import type { UploadEntry } from "./entry.js";

/** How the writing ended: the file is complete (`done`), or it never will be (`cancel`). */
export type WriterEnd = "done" | "cancel";

/**
 * Where an upload's bytes go. Each file has its own writer: `init`, then `write` for each chunk, in order and one at a time,
 * then `close` once, and after `close("done")` has returned `release` once. If it throws, the entry gets the error
 * `"writer_failure"` and the error is logged; other files are not affected. A `close("done")` that throws frees what it has
 * written itself: nothing is called after it.
 *
 * @typeParam M what `consumeUploads` receives for a finished file
 * @example
 * class BucketWriter implements UploadWriter<{ key: string }> {
 *   async init(entry) { this.parts = await bucket.begin(`uploads/${entry.id}`); }
 *   write(chunk) { return this.parts.put(chunk); }
 *   async close(end) { return end === "done" ? { key: await this.parts.finish() } : void (await this.parts.abort()); }
 * }
 */
export interface UploadWriter<M> {
  /** Called before the first chunk. The entry's size and type come from the client. */
  init?(entry: UploadEntry): MaybePromise<void>;
  /** Called for each chunk, in order. The writer owns the bytes. */
  write(chunk: Uint8Array): MaybePromise<void>;
  /**
   * The file is complete (`"done"`), or it was cancelled, refused or aborted (`"cancel"`).
   *
   * @returns for `"done"` what `consumeUploads` receives as `meta`
   */
  close(end: WriterEnd): MaybePromise<M | void>;
  /** A finished file was consumed, or never will be: free what is kept for it. */
  release?(meta: M): MaybePromise<void>;
}
