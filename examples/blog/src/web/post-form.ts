import { formTag, html, link, type FormRefs, type LiveForm, type Rendered } from "holdfast";
import { input, textarea } from "holdfast/components";
import type { PostForm } from "../blog/index.js";

interface PostFormProps {
  draft: LiveForm<typeof PostForm>;
  /** The events that validate it while the user types, and that submit it. */
  on: FormRefs;
  /** The button's label. */
  action: string;
  /** Where "Cancel" leads. */
  cancel: string;
}

/**
 * The form for a post. It has an id and sends its changes, so that after a restart of the server the client restores a
 * half-written text.
 */
export function postForm({ draft, on, action, cancel }: PostFormProps): Rendered {
  return formTag({
    for: draft, class: "hf-fields", "phx-change": on.change, "phx-submit": on.submit,
    inner: html`
      ${input({ field: draft.field("title"), label: "Title", required: true, maxlength: 120, autocomplete: "off" })}
      ${textarea({
        field: draft.field("body"),
        label: "Text",
        help: "An empty line begins a new paragraph.",
        rows: 14,
        required: true,
        maxlength: 20_000,
      })}
      <div class="actions">
        <button class="button primary" type="submit">${action}</button>
        ${link({ navigate: cancel, class: "button quiet", inner: "Cancel" })}
      </div>`,
  });
}
