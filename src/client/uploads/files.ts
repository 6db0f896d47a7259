/** What the next choice of a file says of the last one, by file: see `resumable`. */
const resumes = new WeakMap<Blob, unknown>();

/** A file is on its way, and what is given here lets it go on from where it was. */
export function mayResume(file: Blob, resume: unknown): void {
  resumes.set(file, resume);
}

/**
 * The file as one that was never chosen: the npm client marks each with the number under which its server knew it. Nothing is
 * read: a Blob of a Blob is a reference.
 */
export function unmarked(file: Blob): Blob {
  const copy = file instanceof File
    ? new File([file], file.name, { type: file.type, lastModified: file.lastModified }) : new Blob([file], { type: file.type });
  if (file instanceof File) Object.defineProperty(copy, "webkitRelativePath", { value: file.webkitRelativePath });
  const meta = metaOf(file);
  const resume = resumes.get(file);
  // `meta` is what the npm client sends along as `entry.clientMeta`.
  if (resume === undefined) return meta === undefined ? copy : Object.assign(copy, { meta });
  mayResume(copy, resume);
  return Object.assign(copy, { meta: () => ({ ...meta?.(), resume }) });
}

function metaOf(file: Blob): (() => object) | undefined {
  return "meta" in file && typeof file.meta === "function" ? (file.meta as () => object) : undefined;
}

/** The number under which the server knows the file; undefined if it was not told of it. */
export function refOf(file: Blob): string | undefined {
  return "_phxRef" in file ? String(file._phxRef) : undefined;
}
