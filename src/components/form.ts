import { checkProps, OBJECT, type Kind, type OptionsPlace } from "../errors/options.js";
import { html, type Content, type Rendered } from "../html/index.js";
import { localDestination } from "../js/index.js";
import type { Attributes, AttributeValue } from "./attributes.js";
import { element } from "./element.js";
import type { Form } from "./form-data.js";

interface FormBase<S extends object> extends Attributes {
  /** The result of `toForm`. Its id is the form's, unless `id` says otherwise. */
  readonly for: Form<S>;
  readonly inner: Content | ((form: Form<S>) => Content);
  /** True for a form that posts files without a live view. Default false. */
  readonly multipart?: boolean | undefined;
  readonly autocomplete?: AttributeValue;
  readonly name?: AttributeValue;
  readonly novalidate?: AttributeValue;
  readonly rel?: AttributeValue;
  readonly target?: AttributeValue;
}

/** Props of a form: a live one, one that queries (`get`), or one that posts, with the session's CSRF token. */
export type FormProps<S extends object> = FormBase<S> & (
  | { readonly action?: undefined; readonly method?: undefined; readonly csrfToken?: undefined }
  | { readonly action: string; readonly method: "get"; readonly csrfToken?: undefined }
  | { readonly action: string; readonly method?: "post"; readonly csrfToken: string }
);

const FORM_TAG: OptionsPlace = { of: "formTag", fix: "formTag({ for: post, inner: (post) => html`…` })" };
const A_FORM: Kind = { called: "a form, of form(…) or toForm(…)", fits: OBJECT.fits };

/**
 * A form. A live one has `phx-change` and `phx-submit`; one that the browser posts has an `action` and the session's CSRF
 * token, as does one with `phx-trigger-action`.
 *
 * @throws HoldfastError `redirect_refused` if a form with a token posts to another site
 * @example
 * formTag({ for: assigns.form, "phx-change": on.validate, "phx-submit": on.save, inner: (form) => html`
 *   <input name=${form.field("title").name} value=${form.field("title").value}> <button>Save</button>` })
 */
export function formTag<S extends object>(props: FormProps<S>): Rendered {
  checkProps(FORM_TAG, props, { for: A_FORM });
  const {
    for: data, inner, action, method = action === undefined ? undefined : "post", csrfToken, multipart = false, id = data.id, ...attrs
  } = props;
  // Posting a token to another site would give it away.
  const target = csrfToken === undefined ? action : localDestination("formTag({ csrfToken })", action ?? "");
  const content = typeof inner === "function" ? inner(data) : inner;
  return element({
    tag: "form",
    own: { id, action: target, method, enctype: multipart ? "multipart/form-data" : undefined },
    attrs,
    inner: html`${csrfToken !== undefined && html`<input type="hidden" name="_csrf_token" value=${csrfToken}>`}${data.hidden}${content}`,
  });
}

