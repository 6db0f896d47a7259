import { html, link, type FormRefs, type LiveForm, type Rendered } from "holdfast";
import type { PostForm } from "../blog/index.js";
import { inputField, textField } from "./fields.js";

interface PostFormProps {
  draft: LiveForm<typeof PostForm>;
  /** What validates it while somebody writes, and what takes it. */
  on: FormRefs;
  /** What the button says. */
  action: string;
  /** Where one goes instead. */
  cancel: string;
}

/**
 * The form for a post. It has an id and says its changes: so the client gives a half-written text back to a server that
 * was restarted.
 */
export function postForm({ draft, on, action, cancel }: PostFormProps): Rendered {
  const title = draft.field("title");
  const body = draft.field("body");
  return html`
    <form id=${draft.id} phx-change=${on.change} phx-submit=${on.submit}>
      ${inputField({
        name: title.name, label: "Title", value: title.value, error: title.errors[0], maxlength: 120, autocomplete: "off",
      })}
      ${textField({
        name: body.name, label: "Text", value: body.value, error: body.errors[0], maxlength: 20_000,
        hint: "An empty line begins a new paragraph.",
      })}
      <div class="actions">
        <button class="button primary" type="submit">${action}</button>
        ${link({ navigate: cancel, class: "button quiet", inner: "Cancel" })}
      </div>
    </form>
  `;
}
