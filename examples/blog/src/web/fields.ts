import { html, type Rendered } from "holdfast";

/** Messages by the field that they are about. */
export type FieldErrors = Readonly<Record<string, string | undefined>>;

/** What a Zod error looks like from here. */
interface Issues {
  issues: readonly { path: readonly PropertyKey[]; message: string }[];
}

/** The first message of each field. */
export function fieldErrors({ issues }: Issues): FieldErrors {
  const errors: Record<string, string> = {};
  for (const { path, message } of issues) errors[String(path[0])] ??= message;
  return errors;
}

interface InputField {
  name: string;
  label: string;
  value?: string;
  type?: "text" | "email" | "password";
  autocomplete?: string;
  hint?: string;
  error?: string | undefined;
  maxlength?: number;
}

/** A labelled input with its error below it. */
export function inputField(field: InputField): Rendered {
  const { name, label, value = "", type = "text", autocomplete, hint, error, maxlength } = field;
  return html`
    <div class="field">
      <label for=${name}>${label}</label>
      <input id=${name} name=${name} type=${type} value=${value} autocomplete=${autocomplete} maxlength=${maxlength}
        required aria-invalid=${error !== undefined && "true"} aria-describedby=${describedBy(name, hint, error)}>
      ${message(name, hint, error)}
    </div>
  `;
}

/** A labelled text area with its error below it. */
export function textField(field: Omit<InputField, "type" | "autocomplete">): Rendered {
  const { name, label, value = "", hint, error, maxlength } = field;
  return html`
    <div class="field">
      <label for=${name}>${label}</label>
      <textarea id=${name} name=${name} rows="14" maxlength=${maxlength} required
        aria-invalid=${error !== undefined && "true"} aria-describedby=${describedBy(name, hint, error)}>
${value}</textarea>
      ${message(name, hint, error)}
    </div>
  `;
}

/** The error if there is one, otherwise the hint. */
function message(name: string, hint: string | undefined, error: string | undefined): Rendered | undefined {
  if (error !== undefined) return html`<p class="error" id="${name}-error">${error}</p>`;
  return hint === undefined ? undefined : html`<p class="hint" id="${name}-hint">${hint}</p>`;
}

function describedBy(name: string, hint: string | undefined, error: string | undefined): string | undefined {
  if (error !== undefined) return `${name}-error`;
  return hint === undefined ? undefined : `${name}-hint`;
}
