/** What can be wrong with a file; an application's `validate` adds its own words. */
export type UploadError =
  | "too_large" | "not_accepted" | "too_many_files" | "writer_failure" | "external_client_failure" | "interrupted" | (string & {});

/** One file of an upload in its present state. Do not trust what the client says about it. */
export interface UploadEntry {
  /** The client's number for the file. */
  readonly ref: string;
  /** Unique, and chosen by no user: store the file under this name. */
  readonly id: string;
  /** The upload that it belongs to. */
  readonly uploadRef: string;
  /** The user's name for the file, without folders. For display only: never use it as a path. */
  readonly name: string;
  /** Its place in a chosen directory; empty otherwise. For display only: never use it as a path. */
  readonly relativePath: string;
  /** Bytes, as the client says; the bytes that arrive are counted. */
  readonly size: number;
  /** The media type that the browser guessed; may be empty. */
  readonly type: string;
  /** Milliseconds since 1970, as the client says. */
  readonly lastModified: number | undefined;
  /** What the page's own script set as `file.meta()`; undefined if its JSON is longer than `limits.uploadMetaBytes`. */
  readonly clientMeta: unknown;
  /** Percentage of the bytes that have arrived, 0 to 100; for an external upload, as the client says. */
  readonly progress: number;
  /** Whether all of it has arrived. */
  readonly done: boolean;
  /** Whether it may be uploaded. */
  readonly valid: boolean;
  /** Whether the client was allowed to send it. */
  readonly preflighted: boolean;
  readonly errors: readonly UploadError[];
}

/** What a client says about a file that its user chose. */
export type ClientFile = Pick<UploadEntry, "ref" | "name" | "relativePath" | "size" | "type" | "lastModified" | "clientMeta">;

/** Longer names are cut: file systems allow 255 bytes. */
const NAME_LENGTH = 255;
const PATH_LENGTH = 1024;
const TYPE = /^[\w.+-]+\/[\w.+-]+$/;

/**
 * Reads what a client says about one file; undefined if it is malformed. Names keep no folders and no control characters, so
 * that joining a name with a folder cannot lead out of it.
 */
export function readClientFile(value: unknown): ClientFile | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { ref, name, size, type, last_modified, relative_path, meta } = value as Readonly<Record<string, unknown>>;
  // Refs are separated by commas in the input's attributes.
  if (typeof ref !== "string" || !/^\d{1,10}$/.test(ref)) return undefined;
  if (typeof name !== "string" || typeof size !== "number" || !Number.isSafeInteger(size) || size <= 0) return undefined;
  const declared = typeof type === "string" ? type.toLowerCase() : "";
  return {
    ref, size, name: segment(name.slice(-4096)) || ref, relativePath: relativePath(relative_path),
    type: declared.length <= 255 && TYPE.test(declared) ? declared : "",
    lastModified: typeof last_modified === "number" ? last_modified : undefined, clientMeta: meta,
  };
}

function relativePath(path: unknown): string {
  if (typeof path !== "string" || path.length > PATH_LENGTH) return "";
  return path.split(/[/\\]/).map(segment).filter((part) => part !== "").join("/");
}

/** The last part of a path as a name: neither `.` nor `..`, and without control characters or characters that reorder text. */
function segment(path: string): string {
  const name = path.split(/[/\\]/).at(-1)!.toWellFormed()
    .replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, "").trim();
  if (/^\.*$/.test(name)) return "";
  if (name.length <= NAME_LENGTH) return name;
  const extension = /\.[^.]{1,16}$/.exec(name)?.[0] ?? "";
  return (name.slice(0, NAME_LENGTH - extension.length) + extension).toWellFormed();
}
