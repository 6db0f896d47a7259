import { HoldfastError, type Mistake } from "../../../errors/index.js";
import { ANYTHING, checkOptions, FUNCTION, LIST, LONGEST_MS, YES_OR_NO, type Shape } from "../../../errors/options.js";
import type { MaybePromise } from "../../socket/index.js";
import { checkedAccept } from "./accept.js";
import { DiskWriter, type UploadedOnDisk } from "./disk-writer.js";
import type { UploadEntry } from "./entry.js";
import type { UploadWriter } from "./writer.js";

/** One entry of `accept`: a literal that is neither an extension nor a media type does not compile. */
type Specifier<One extends string> = string extends One
  ? One
  : One extends `.${string}` | `${string}/${string}`
    ? One
    : Mistake<'an extension begins with a dot, ".png", a media type has a slash, "image/*"'>;

/** Options of every upload. `Accepted` are the entries of `accept`. */
export interface UploadOptions<Accepted extends string = string> {
  /**
   * The files that may be chosen: extensions and media types, as in HTML's `accept`. A file's name, its declared type and its
   * first bytes must agree if its format has a signature. Default: any.
   *
   * @example
   * accept: [".pdf", "image/*"]
   */
  readonly accept?: readonly (Accepted & Specifier<Accepted>)[];
  /** How many files may be chosen. More than one makes the input `multiple`. Default 1. */
  readonly maxEntries?: number;
  /**
   * What `maxEntries` counts: the files that are chosen and not yet consumed (`"selected"`), or the consumed ones too, for as
   * long as the upload is an assign (`"total"`). Default `"selected"`.
   */
  readonly maxEntriesMode?: "selected" | "total";
  /** Maximum file size, bytes. The bytes that arrive are counted, whatever the client announced. Default 8,000,000. */
  readonly maxFileSize?: number;
  /** Bytes of a file in one message, at least 1,024; must stay below the limit `binaryFrameBytes`. Default 64,000. */
  readonly chunkSize?: number;
  /** How long to wait for the next chunk, ms, before the upload is aborted. Default 10,000. */
  readonly chunkTimeoutMs?: number;
  /** True: a file is sent as soon as it is chosen, not when its form is submitted. Default false. */
  readonly autoUpload?: boolean;
  /**
   * The application's own check, based on what the client says about the file. Returns a word for what is wrong, which
   * becomes an error of the entry.
   *
   * @example
   * validate: ({ name }) => name.length > 40 ? "name_too_long" : undefined
   */
  readonly validate?: (entry: UploadEntry) => string | undefined;
}

/** An upload whose files are written to this machine's disk. */
export interface DiskOptions<Accepted extends string = string> extends UploadOptions<Accepted> {
  readonly external?: undefined;
  readonly writer?: undefined;
}

/** What the client of an external upload receives: the name of its uploader, and whatever that needs, as JSON. */
export interface ExternalMeta {
  /** The uploader's name in the client's `uploaders`. */
  readonly uploader: string;
}

/** Refuses an external upload: returned by `external` instead of its data. */
export interface ExternalRefusal {
  /** A word for what is wrong; it becomes an error of the entry. */
  readonly refused: string;
}

/** An upload whose files the browser sends elsewhere, using data from the application such as a presigned URL. */
export interface ExternalOptions<
  R extends ExternalMeta | ExternalRefusal,
  Accepted extends string = string,
> extends UploadOptions<Accepted> {
  /**
   * Called for each file before it is sent. What it returns goes to the browser, and to `consumeUploads` as `meta`.
   *
   * @example
   * external: async (entry) => ({ uploader: "S3", url: await presign(entry.id), key: entry.id })
   */
  readonly external: (entry: UploadEntry) => MaybePromise<R>;
  readonly writer?: undefined;
}

/** An upload whose files are written somewhere other than disk. */
export interface WriterOptions<M, Accepted extends string = string> extends UploadOptions<Accepted> {
  /** Makes the writer of one file. */
  readonly writer: (entry: UploadEntry) => UploadWriter<M>;
  readonly external?: undefined;
}

/** The checked options with their defaults. */
export interface UploadRules {
  readonly accept: readonly string[] | undefined;
  readonly maxEntries: number;
  readonly maxEntriesMode: "selected" | "total";
  readonly maxFileSize: number;
  readonly chunkSize: number;
  readonly chunkTimeoutMs: number;
  readonly autoUpload: boolean;
  readonly validate: ((entry: UploadEntry) => string | undefined) | undefined;
  readonly external: ((entry: UploadEntry) => MaybePromise<ExternalMeta | ExternalRefusal>) | undefined;
  readonly writer: (entry: UploadEntry) => UploadWriter<unknown>;
}

/** A message's head: kind, lengths, and four names of at most 255 bytes. */
const FRAME_HEAD_BYTES = 5 + 4 * 255;
const SMALLEST_CHUNK = 1024;

/** `ANYTHING` is checked below. */
const SHAPE: Shape<UploadOptions & { readonly external?: unknown; readonly writer?: unknown }> = {
  accept: LIST, maxEntries: ANYTHING, maxEntriesMode: ANYTHING, maxFileSize: ANYTHING, chunkSize: ANYTHING, chunkTimeoutMs: ANYTHING,
  autoUpload: YES_OR_NO, validate: FUNCTION, external: FUNCTION, writer: FUNCTION,
};

/**
 * Checks an upload's options.
 *
 * @throws HoldfastError `upload_misuse`
 */
export function uploadRules(
  options: UploadOptions & { readonly external?: UploadRules["external"]; readonly writer?: UploadRules["writer"] | undefined },
): UploadRules {
  checkOptions("upload_misuse", { of: "upload", fix: 'upload({ accept: [".png"], maxEntries: 3 })' }, options, SHAPE);
  const {
    accept, maxEntries = 1, maxEntriesMode = "selected", maxFileSize = 8_000_000, chunkSize = 64_000, chunkTimeoutMs = 10_000,
    autoUpload = false,
  } = options;
  for (const [name, value, least, most] of [
    ["maxEntries", maxEntries, 1],
    ["maxFileSize", maxFileSize, 1],
    ["chunkSize", chunkSize, SMALLEST_CHUNK],
    ["chunkTimeoutMs", chunkTimeoutMs, 1, LONGEST_MS],
  ] as const) {
    if (Number.isSafeInteger(value) && value >= least && value <= (most ?? Infinity)) continue;
    throw new HoldfastError("upload_misuse", {
      what: `An upload's ${name} is invalid.`,
      expected: `a whole number from ${least}${most === undefined ? "" : ` to ${most.toLocaleString("en")}`}`,
      got: String(value),
      fix: `upload({ ${name}: ${Math.max(least, 3)} })`,
    });
  }
  if (maxEntriesMode !== "selected" && maxEntriesMode !== "total") {
    throw new HoldfastError("upload_misuse", {
      what: "An upload's maxEntriesMode is invalid.",
      expected: '"selected" or "total"',
      got: JSON.stringify(maxEntriesMode),
      fix: 'upload({ maxEntriesMode: "total" })',
    });
  }
  return {
    accept: accept === undefined ? undefined : checkedAccept(accept),
    maxEntries, maxEntriesMode, maxFileSize, chunkSize, chunkTimeoutMs, autoUpload,
    validate: options.validate, external: options.external, writer: options.writer ?? diskWriter,
  };
}

function diskWriter(): UploadWriter<UploadedOnDisk> {
  return new DiskWriter();
}

/** Refuses a chunk size that no message can carry. */
export function checkChunkSize({ chunkSize }: UploadRules, binaryFrameBytes: number): void {
  if (chunkSize + FRAME_HEAD_BYTES <= binaryFrameBytes) return;
  throw new HoldfastError("upload_misuse", {
    what: "An upload's chunks are larger than a message may be.", expected: `at most ${binaryFrameBytes - FRAME_HEAD_BYTES} bytes`,
    got: String(chunkSize), fix: "a smaller chunkSize, or createEndpoint({ limits: { binaryFrameBytes } })",
  });
}
