/** What can be wrong with a file; a `validate` of the application adds words of its own. */
export type UploadError =
  | "too_large" | "not_accepted" | "too_many_files" | "writer_failure" | "external_client_failure" | "interrupted" | (string & {});

/** One file of an upload, as it is now. What the client said of it is not to be believed. */
export interface UploadEntry {
  /** The client's number for it. */
  readonly ref: string;
  /** Unique, and nobody's choice: a name to store the file under. */
  readonly id: string;
  /** The upload that it belongs to. */
  readonly uploadRef: string;
  /** What its user calls it, without folders. For reading: never a path. */
  readonly name: string;
  /** Where it lay in a chosen directory; empty otherwise. For reading: never a path. */
  readonly relativePath: string;
  /** In bytes, as the client says; what arrives is counted. */
  readonly size: number;
  /** The media type that the browser guessed; may be empty. */
  readonly type: string;
  /** Milliseconds since 1970, as the client says. */
  readonly lastModified: number | undefined;
  /** What the page's own script set as `file.meta()`. */
  readonly clientMeta: unknown;
  /** Per cent of the bytes that have arrived, 0 to 100; of an external upload, what the client says. */
  readonly progress: number;
  /** All of it is there. */
  readonly done: boolean;
  /** It may be uploaded. */
  readonly valid: boolean;
  /** The client has been allowed to send it. */
  readonly preflighted: boolean;
  readonly errors: readonly UploadError[];
}

/** What a client says of a file that its user chose. */
export type ClientFile = Pick<UploadEntry, "ref" | "name" | "relativePath" | "size" | "type" | "lastModified" | "clientMeta">;

/** A longer name is cut; file systems end at 255. */
const NAME_LENGTH = 255;
const PATH_LENGTH = 1024;
const TYPE = /^[\w.+-]+\/[\w.+-]+$/;

/**
 * Reads what a client says of one file; undefined if it says nothing that can be one. Names keep no folder and no control
 * character, so that joining one with a folder leads nowhere else.
 */
export function readClientFile(value: unknown): ClientFile | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { ref, name, size, type, last_modified, relative_path, meta } = value as Readonly<Record<string, unknown>>;
  // Refs stand between commas in the input's attributes.
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

/** The last part of a path as a name: neither `.` nor `..`, without control characters and what reorders text. */
function segment(path: string): string {
  const name = path.split(/[/\\]/).at(-1)!.toWellFormed()
    .replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, "").trim();
  if (/^\.*$/.test(name)) return "";
  if (name.length <= NAME_LENGTH) return name;
  const extension = /\.[^.]{1,16}$/.exec(name)?.[0] ?? "";
  return (name.slice(0, NAME_LENGTH - extension.length) + extension).toWellFormed();
}
