import { createHash } from "node:crypto";
import type { Owner } from "../../socket/index.js";
import type { ClientFile } from "./entry.js";
import type { HeldFile } from "./held-file.js";
import type { UploadInput } from "./upload-input.js";
import { PageUploads } from "./uploads.js";

/** The files that have arrived for a form when it is submitted, input by input, in the order in which they were chosen. */
export class SentFiles {
  /**
   * Tells these files from others, by what stays the same when a page has lost them and they are chosen again: their numbers, ids and
   * bytes on this server do not. Undefined if there are none. A hash, because names are their user's.
   */
  readonly fingerprint: string | undefined;
  readonly #inputs: readonly { readonly input: UploadInput; readonly files: readonly HeldFile[] }[];

  /**
   * @param root of the page
   * @param forms the refs of their file inputs, for each form that may have been submitted
   */
  constructor(root: Owner, forms: readonly (readonly string[])[]) {
    const uploads = root.peek(PageUploads);
    const inputs = uploads === undefined ? [] : [...new Set(forms.flat())].map((ref) => uploads.find(ref));
    this.#inputs = inputs.flatMap((input) => (input === undefined ? [] : [{ input, files: input.finished }]));
    if (this.#inputs.every(({ files }) => files.length === 0)) return;
    const said = this.#inputs.map(({ input, files }) => [input.name, ...files.map(({ file }) => descriptionOf(file))]);
    this.fingerprint = createHash("sha256").update(JSON.stringify(said)).digest("base64url");
  }

  /** Which of them were consumed since: a bit for each, as base64url. */
  get consumed(): string {
    const files = this.#inputs.flatMap((each) => each.files);
    const bits = Buffer.alloc(Math.ceil(files.length / 8));
    files.forEach(({ consumed }, at) => {
      if (consumed) bits[at >> 3]! |= 1 << (at & 7);
    });
    return bits.toString("base64url");
  }

  /** Consumes those that were consumed when the form was sent with the same files before. */
  async consumeAgain(consumed: string): Promise<void> {
    const bits = Buffer.from(consumed, "base64url");
    let at = 0;
    for (const { input, files } of this.#inputs) {
      await input.wereConsumed(files.filter(() => (((bits[at >> 3] ?? 0) >> (at++ & 7)) & 1) === 1));
    }
  }
}

function descriptionOf({ name, size, type, lastModified, relativePath }: ClientFile): readonly unknown[] {
  return [name, size, type, lastModified, relativePath];
}
