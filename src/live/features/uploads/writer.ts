import type { MaybePromise } from "../../socket/index.js";
import type { UploadEntry } from "./entry.js";

/** How the writing ended: the file is whole, or it never will be. */
export type WriterEnd = "done" | "cancel";

/**
 * Where an upload's bytes go. One writer per file: `init`, `write` for each chunk in order and never two at once, `close` once.
 * What it throws becomes the entry's error `"writer_failure"`, is logged, and harms nobody else.
 *
 * @typeParam M what `consumeUploads` is given of a finished file
 * @example
 * class BucketWriter implements UploadWriter<{ key: string }> {
 *   async init(entry) { this.parts = await bucket.begin(`uploads/${entry.id}`); }
 *   write(chunk) { return this.parts.put(chunk); }
 *   async close(end) { return end === "done" ? { key: await this.parts.finish() } : void (await this.parts.abort()); }
 * }
 */
export interface UploadWriter<M> {
  /** Called before the first chunk. The entry's size and type are the client's word. */
  init?(entry: UploadEntry): MaybePromise<void>;
  /** Called for each chunk, in order. The bytes are the writer's own. */
  write(chunk: Uint8Array): MaybePromise<void>;
  /**
   * The file is whole (`"done"`), or it was cancelled, refused or cut off (`"cancel"`).
   *
   * @returns for `"done"` what `consumeUploads` is given as `meta`
   */
  close(end: WriterEnd): MaybePromise<M | void>;
  /** A finished file was consumed, or never will be: what is kept for it may go. */
  release?(meta: M): MaybePromise<void>;
}
