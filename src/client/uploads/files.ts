/** Resume data for the next time a file is chosen, by file: see `resumable`. */
const resumes = new WeakMap<Blob, unknown>();

/** Stores what lets an upload of this file continue where it stopped. */
export function mayResume(file: Blob, resume: unknown): void {
  resumes.set(file, resume);
}

/**
 * The file as if it had never been chosen: the npm client marks each file with its number on the server. Nothing is read,
 * because a Blob of a Blob is a reference.
 */
export function unmarked(file: Blob): Blob {
  const copy = file instanceof File
    ? new File([file], file.name, { type: file.type, lastModified: file.lastModified }) : new Blob([file], { type: file.type });
  if (file instanceof File) Object.defineProperty(copy, "webkitRelativePath", { value: file.webkitRelativePath });
  const meta = metaOf(file);
  const resume = resumes.get(file);
  // The npm client sends `meta` along as `entry.clientMeta`.
  if (resume === undefined) return meta === undefined ? copy : Object.assign(copy, { meta });
  mayResume(copy, resume);
  return Object.assign(copy, { meta: () => ({ ...meta?.(), resume }) });
}

function metaOf(file: Blob): (() => object) | undefined {
  return "meta" in file && typeof file.meta === "function" ? (file.meta as () => object) : undefined;
}

/** The file's number on the server; undefined if the server has not been told about it. */
export function refOf(file: Blob): string | undefined {
  return "_phxRef" in file ? String(file._phxRef) : undefined;
}

/** The attribute by which the npm client knows an upload's input. */
export const UPLOAD_REF = "data-phx-upload-ref";

/** The attribute in which the server lists the files of an upload, by their numbers. */
export const LISTED = "data-phx-active-refs";

export function isUpload(target: EventTarget | null): target is HTMLInputElement {
  return target instanceof HTMLInputElement && target.type === "file" && target.hasAttribute(UPLOAD_REF);
}

/**
 * The input of the drop target under a drop, if it is one of an upload.
 *
 * @param prefix of the client's bindings, `phx-`
 */
export function dropInput(target: EventTarget | null, prefix: string): HTMLInputElement | undefined {
  const zone = target instanceof Element ? target.closest(`[${prefix}drop-target]`) : null;
  const input = document.getElementById(zone?.getAttribute(`${prefix}drop-target`) ?? "");
  return isUpload(input) ? input : undefined;
}

/**
 * Makes the npm client forget the chosen files of an input that the server has not listed, and returns them. It keeps them beside
 * the element (`trackFiles` in live_uploader.js of 1.2.12), and forgets them only with the element.
 */
export function forgetUnlisted(input: HTMLInputElement & { readonly phxPrivate?: { files?: readonly Blob[] } }): readonly Blob[] {
  const tracked = input.phxPrivate;
  if (tracked?.files === undefined) return [];
  const listed = new Set(input.getAttribute(LISTED)?.split(","));
  const unlisted = new Set(tracked.files.filter((file) => !listed.has(refOf(file) ?? "")));
  tracked.files = tracked.files.filter((file) => !unlisted.has(file));
  return [...unlisted];
}
