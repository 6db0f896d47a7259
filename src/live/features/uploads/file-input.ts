import { checkValue, OBJECT } from "../../../errors/options.js";
import { describeValue, HoldfastError } from "../../../errors/index.js";
import type { Attributes } from "../../../components/index.js";
import { Rendered, spread, Template } from "../../../html/index.js";
import type { UploadEntry, UploadError } from "./entry.js";
import { inputOf, rulesOf, Upload } from "./upload.js";

/** The client's own hook and attributes, as `live_uploader.js` and `hooks.ts` of phoenix_live_view read them. */
const FILE_INPUT = new Template([
  "<input id=", ` type="file" name=`, " accept=", ` data-phx-hook="Phoenix.LiveFileUpload" data-phx-upload-ref=`,
  " data-phx-active-refs=", " data-phx-done-refs=", " data-phx-preflighted-refs=", " data-phx-error-refs=", " data-phx-auto-upload=",
  " ", ">",
], { framework: true });

const PREVIEW = new Template([
  "<img id=", " data-phx-upload-ref=", " data-phx-entry-ref=", ` data-phx-hook="Phoenix.LiveImgPreview" data-phx-update="ignore" `, ">",
], { framework: true });

/** Attributes of a file input: those of any element, and `required`, `disabled`, `capture`, `form`, `webkitdirectory`. */
export interface FileInputAttributes extends Attributes {
  readonly capture?: "user" | "environment";
  readonly disabled?: boolean;
  readonly form?: string;
  readonly required?: boolean;
  /** True: the user chooses a folder, and its files have a `relativePath`. */
  readonly webkitdirectory?: boolean;
}

/**
 * The file input of an upload. Put it in a form with `phx-change`, which tells the server what was chosen.
 *
 * @param attrs further attributes; not `id`, which is `upload.ref`
 * @throws HoldfastError `upload_misuse` for an upload that is not an assign
 * @example
 * html`<form id="avatar" phx-change=${on.validate} phx-submit=${on.save}>${fileInput(avatar, { class: "files" })}</form>`
 */
export function fileInput(upload: Upload<unknown>, attrs: FileInputAttributes & { readonly id?: never } = {}): Rendered {
  const input = upload instanceof Upload ? inputOf(upload) : undefined;
  if (input === undefined) {
    throw new HoldfastError("upload_misuse", {
      what: "A file input renders an upload that is not an assign.",
      expected: "an upload that mount returned or that was assigned",
      got: describeValue(upload),
      fix: 'mount: () => ({ images: upload({ accept: ["image/*"] }) })',
    });
  }
  input.rendered = true;
  const { accept, maxEntries, autoUpload } = rulesOf(upload);
  const { entries, errors, ref } = upload;
  const wrong = [...entries.filter((entry) => entry.errors.length > 0).map((entry) => entry.ref), ...(errors.length > 0 ? [ref] : [])];
  return new Rendered(FILE_INPUT, [
    ref, input.name, accept?.join(",") ?? false, ref, refs(entries), refs(entries.filter(({ done }) => done)),
    refs(entries.filter(({ preflighted }) => preflighted)), wrong.length > 0 && wrong.join(","), autoUpload,
    // `data-phx-asked` is ours: it changes when the element is to be patched.
    spread({ multiple: maxEntries > 1, ...attrs, "data-phx-asked": input.asked > 0 && String(input.asked) }),
  ]);
}

function refs(entries: readonly UploadEntry[]): string {
  return entries.map(({ ref }) => ref).join(",");
}

/**
 * A preview of a chosen image, shown by the browser before anything is sent. The page's Content-Security-Policy must allow it
 * with `img-src blob:`, as the endpoint's default does.
 *
 * @param attrs further attributes, such as `alt` and `width`; `id` if the same file is shown twice
 * @example
 * html`${keyed(images.entries, ({ ref }) => ref, (entry) => html`<li>${imagePreview(entry, { width: 80 })}</li>`)}`
 */
export function imagePreview(
  entry: UploadEntry, options: Attributes & { readonly alt?: string; readonly width?: number; readonly height?: number } = {},
): Rendered {
  const place = { of: "imagePreview", fix: "upload.entries.map((entry) => imagePreview(entry, { width: 80 }))" };
  checkValue("upload_misuse", place, "the entry", entry, OBJECT);
  checkValue("upload_misuse", place, "the object of attributes", options, OBJECT);
  const { id = `phx-preview-${entry.ref}`, ...attrs } = options;
  return new Rendered(PREVIEW, [id, entry.uploadRef, entry.ref, spread({ alt: entry.name, ...attrs })]);
}

/**
 * What is wrong with the files of an upload together, or with one of them. The words are the framework's or those of
 * `validate`; translate them for your users.
 *
 * @example
 * html`${uploadErrors(images).map((error) => html`<p>${TEXTS[error] ?? error}</p>`)}`
 */
export function uploadErrors(of: Upload<unknown> | UploadEntry): readonly UploadError[] {
  checkValue(
    "upload_misuse",
    { of: "uploadErrors", fix: "uploadErrors(upload), or uploadErrors(entry)" },
    "the first argument",
    of,
    OBJECT,
  );
  return of.errors;
}
