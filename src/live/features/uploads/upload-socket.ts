import { HoldfastError } from "../../../errors/index.js";
import { ownerOf, socketPart, type MaybePromise, type Owner } from "../../socket/index.js";
import type { UploadedOnDisk } from "./disk-writer.js";
import type { UploadEntry } from "./entry.js";
import { inputOf, Upload } from "./upload.js";
import type { FinishedFile, UploadInput } from "./upload-input.js";

/** The names of the assigns that are uploads. */
export type UploadNames<A> = { [K in keyof A]: A[K] extends Upload<infer _> ? K : never }[keyof A] & string;
/** What `consumeUploads` knows about a finished file of such an upload. */
type UploadMeta<U> = U extends Upload<infer M> ? M : never;

/** A finished file. */
export type UploadedFile<M> = (M extends UploadedOnDisk ? { readonly path: string } : {}) & {
  /** What the writer or `external` returned for it. */
  readonly meta: M;
  readonly entry: UploadEntry;
  /** Keeps the file and its entry for a later `consumeUploads`. */
  keep(): void;
};

/** The socket's methods for uploads. */
export interface UploadSocket<A extends object> {
  /**
   * Passes the finished files of an upload to `consume` one after the other, then deletes them: move or copy what you want to
   * keep. Files with errors are skipped and stay.
   *
   * @returns what `consume` returned, in order
   * @throws HoldfastError `upload_misuse` while a file is still on its way; `view_ended` if the view has ended meanwhile, and its files
   * were deleted
   * @example
   * const names = await socket.consumeUploads("images", async ({ path, entry }) => {
   *   await copyFile(path, join(folder, entry.id));
   *   return entry.id;
   * });
   */
  consumeUploads<K extends UploadNames<A>, R>(name: K, consume: (file: UploadedFile<UploadMeta<A[K]>>) => MaybePromise<R>): Promise<R[]>;
  /**
   * Passes one finished file to `consume`, then deletes it, while other files may still be on their way: for `progress`.
   *
   * @param entry the file, as `progress` receives it
   * @returns what `consume` returned; undefined if the file is gone, has errors, or is being consumed by another call
   * @throws HoldfastError `upload_misuse` while the file is still on its way; `view_ended` if the view has ended meanwhile, and the
   * file was deleted
   * @example
   * progress: {
   *   async images(socket, entry) {
   *     if (entry.done) await socket.consumeUpload("images", entry, ({ path }) => copyFile(path, join(folder, entry.id)));
   *   },
   * }
   */
  consumeUpload<K extends UploadNames<A>, R>(
    name: K, entry: Pick<UploadEntry, "ref">, consume: (file: UploadedFile<UploadMeta<A[K]>>) => MaybePromise<R>,
  ): Promise<R | undefined>;
  /** Removes a file, whether or not it has arrived. Does nothing if it is already gone. */
  cancelUpload(name: UploadNames<A>, ref: string): void;
}

export const uploadSocket = socketPart({
  async consumeUploads<R>(name: string, consume: (file: UploadedFile<unknown>) => MaybePromise<R>): Promise<R[]> {
    return uploadOf(ownerOf(this), name).consume((file, keep) => consume(finished(file, keep)));
  },
  async consumeUpload<R>(
    name: string,
    { ref }: Pick<UploadEntry, "ref">,
    consume: (file: UploadedFile<unknown>) => MaybePromise<R>,
  ): Promise<R | undefined> {
    return uploadOf(ownerOf(this), name).consumeOne(ref, (file, keep) => consume(finished(file, keep)));
  },
  cancelUpload(name: string, ref: string): void {
    const owner = ownerOf(this);
    // Behind the fence nothing changes any more.
    if (!owner.ended && owner.view.mayRun()) uploadOf(owner, name).cancel(ref);
  },
});

function finished({ meta, entry }: FinishedFile, keep: () => void): UploadedFile<unknown> {
  const path = typeof meta === "object" && meta !== null && "path" in meta ? { path: meta.path } : {};
  return { ...path, meta, entry, keep };
}

/** The assign of this name, which must be an upload. */
function uploadOf(owner: Owner, name: string): UploadInput {
  const found = owner.assigns[name];
  const input = found instanceof Upload ? inputOf(found) : undefined;
  if (input !== undefined) return input;
  throw new HoldfastError("upload_misuse", {
    what: `There is no upload "${name}" in the view "${owner.view.name}".`, expected: "the name of an assign that is an upload",
    got: found === undefined ? "no such assign" : `an assign of type ${typeof found}`, fix: `mount: () => ({ ${name}: upload() })`,
  });
}
