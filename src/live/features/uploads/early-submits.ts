import type { Owner } from "../../socket/index.js";
import type { UploadInput } from "./upload-input.js";
import { PageUploads } from "./uploads.js";

/**
 * What to do about a form that was submitted before its files. The npm client sends them first, but not those whose listing it has
 * not been told of, nor those that it is waiting to be allowed to send (`isActive` and `isPreflightInProgress` in `upload_entry.js`
 * of 1.2.12). Submitted again, the form comes behind the answers that were on their way.
 *
 * If a browser then still has nothing to send, it has lost the files, for instance with their input. That is shown at them.
 *
 * @param forms the refs of their file inputs, for each form that may have been submitted
 * @returns whether the form is to be submitted again; undefined if no files are missing
 */
export function earlySubmit(root: Owner, forms: readonly (readonly string[])[]): { readonly again: boolean } | undefined {
  const uploads = root.peek(PageUploads);
  if (uploads === undefined || forms.length === 0) return undefined;
  const missing = forms.map((refs) =>
    refs.map((ref) => uploads.find(ref)).filter((input): input is UploadInput => input?.awaited === true),
  );
  if (missing.some((inputs) => inputs.length === 0)) return undefined;
  const inputs = new Set(missing.flat());
  const asked = [...inputs].filter((input) => input.askAgain());
  if (asked.length === 0) for (const input of inputs) input.lost();
  return { again: asked.length > 0 };
}
