import { html, link, type EventRef, type Rendered } from "holdfast";
import { z } from "zod";
import { PostForm, type PostInput } from "../blog/index.js";
import { fieldErrors, inputField, textField, type FieldErrors } from "./fields.js";

/**
 * What the form sends while somebody writes: any text, for half a title is no mistake yet. The client marks fields that
 * nobody has touched with `_unused_`; their errors can wait.
 */
export const PostDraft = z.object({
  title: z.string().default(""),
  body: z.string().default(""),
  _unused_title: z.string().optional(),
  _unused_body: z.string().optional(),
});
export type PostDraft = z.output<typeof PostDraft>;

/** A form's text and what is wrong with it. */
export interface FormState {
  values: PostInput;
  errors: FieldErrors;
}

export const emptyForm: FormState = { values: { title: "", body: "" }, errors: {} };

/** The form while it is being filled in: errors only where somebody has been. */
export function draftState(draft: PostDraft): FormState {
  const { values, errors } = checked(draft);
  return {
    values,
    errors: {
      title: draft._unused_title === undefined ? errors.title : undefined,
      body: draft._unused_body === undefined ? errors.body : undefined,
    },
  };
}

/** The form when it has been sent: the post, or all that is wrong. */
export function submitted(draft: PostDraft): { post: PostInput; form?: never } | { post?: never; form: FormState } {
  const form = checked(draft);
  return Object.keys(form.errors).length === 0 ? { post: form.values } : { form };
}

function checked({ title, body }: PostDraft): FormState {
  const result = PostForm.safeParse({ title, body });
  return { values: { title, body }, errors: result.success ? {} : fieldErrors(result.error) };
}

interface PostFormProps {
  id: string;
  form: FormState;
  change: EventRef;
  submit: EventRef;
  /** What the button says. */
  action: string;
  /** Where one goes instead. */
  cancel: string;
}

/**
 * The form for a post. It has an id and says its changes: so the client gives a half-written text back to a server that
 * was restarted.
 */
export function postForm({ id, form, change, submit, action, cancel }: PostFormProps): Rendered {
  return html`
    <form id=${id} phx-change=${change} phx-submit=${submit}>
      ${inputField({
        name: "title", label: "Title", value: form.values.title, error: form.errors.title, maxlength: 120,
        autocomplete: "off",
      })}
      ${textField({
        name: "body", label: "Text", value: form.values.body, error: form.errors.body, maxlength: 20_000,
        hint: "An empty line begins a new paragraph.",
      })}
      <div class="actions">
        <button class="button primary" type="submit">${action}</button>
        ${link({ navigate: cancel, class: "button quiet", inner: "Cancel" })}
      </div>
    </form>
  `;
}
