import { LiveValue, type Owner } from "../../socket/index.js";
import type { UploadedOnDisk } from "./disk-writer.js";
import type { UploadEntry, UploadError } from "./entry.js";
import {
  checkChunkSize, uploadRules, type DiskOptions, type ExternalMeta, type ExternalOptions, type ExternalRefusal,
  type UploadOptions, type UploadRules, type WriterOptions,
} from "./options.js";
import { UploadInput } from "./upload-input.js";
import { Uploads } from "./uploads.js";

/**
 * Files that a user chooses, as an immutable assign: a new value replaces it whenever something about its files changes.
 *
 * @typeParam M what `consumeUploads` receives as `meta`
 * @see upload
 */
export class Upload<M> extends LiveValue {
  /** Exists only for its type. */
  declare readonly metaType?: M;
  readonly entries: readonly UploadEntry[];
  /** What is wrong with the files together; each file also has errors of its own. */
  readonly errors: readonly UploadError[];
  readonly #rules: UploadRules;
  #input: UploadInput | undefined;

  /** Called by `upload`. */
  constructor(rules: UploadRules, input?: UploadInput) {
    super();
    this.#rules = rules;
    this.#input = input;
    this.entries = input?.entries ?? [];
    this.errors = input?.errors ?? [];
  }

  static inputOf(upload: Upload<unknown>): UploadInput | undefined {
    return upload.#input;
  }

  static rulesOf(upload: Upload<unknown>): UploadRules {
    return upload.#rules;
  }

  /**
   * The id of the file input, for its label and for a drop target.
   *
   * @example
   * html`<label for=${images.ref}>Pictures</label> <div phx-drop-target=${images.ref}>or drop them here</div>`
   */
  get ref(): string {
    return this.#input?.ref ?? "";
  }

  override attach(owner: Owner, name: string): void {
    if (this.#input !== undefined) return;
    const rules = this.#rules;
    const { id, context } = owner.view;
    checkChunkSize(rules, context.limits.binaryFrameBytes);
    const input = new UploadInput(owner, name, `${id}-upload-${owner.view.number("upload")}`, rules, () => {
      // Another upload may have taken the name.
      const shown = owner.assigns[name];
      if (shown instanceof Upload && shown.#input === input) owner.assign({ [name]: new Upload(rules, input) });
    });
    this.#input = input;
    if (owner.mayOpen) owner.feature(Uploads).add(input);
  }
}

/** What `consumeUploads` receives as `meta`: what `external` returned, or the writer's result, or the place on this machine's disk. */
type Consumed<R, M> = [R] extends [never] ? [M] extends [never] ? UploadedOnDisk : M : Exclude<R, ExternalRefusal>;

/** The input and rules behind an upload that is an assign. */
export const { inputOf, rulesOf } = Upload;

/**
 * Lets a user choose files, and receives them. Return it from `mount`; templates, `progress` and `consumeUploads` refer to it
 * by its name there. Files go to this machine's disk, through the application's `writer`, or, with `external`, from the
 * browser to another server.
 *
 * @param options `accept`, `maxEntries`, `maxEntriesMode`, `maxFileSize` (bytes), `chunkSize` (bytes), `chunkTimeoutMs`, `autoUpload`,
 * `validate`, and either `external` or `writer`
 * @throws HoldfastError `upload_misuse` for an invalid option
 * @example
 * mount: () => ({ images: upload({ accept: ["image/*"], maxEntries: 3 }) }),
 * events: {
 *   validate: { handle: () => {} },
 *   save: { handle: (socket) => socket.consumeUploads("images", ({ path, entry }) => copyFile(path, `/srv/images/${entry.id}`)) },
 * },
 * render: ({ images }, on) => html`
 *   <form id="images" phx-change=${on.validate} phx-submit=${on.save}>${fileInput(images)} <button>Save</button></form>`,
 */
// Not three overloads: of those the compiler reports every one that does not fit.
export function upload<R extends ExternalMeta | ExternalRefusal = never, M = never, Accepted extends string = string>(
  options?: DiskOptions<Accepted> | WriterOptions<M, Accepted> | ExternalOptions<R, Accepted>,
): Upload<Consumed<R, M>>;
export function upload(
  options: UploadOptions | ExternalOptions<ExternalMeta | ExternalRefusal> | WriterOptions<unknown> = {},
): Upload<unknown> {
  return new Upload(uploadRules(options));
}
