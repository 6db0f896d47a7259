import type { FormValues } from "./forms.js";

interface FormState {
  readonly used: Set<string>;
  values: FormValues;
  submitted: boolean;
}

/**
 * What the user has entered into the forms of a view. A browser keeps this in its inputs; the kit's document has only what
 * the server wrote.
 */
export class FormMemory {
  readonly #forms = new Map<string, FormState>();

  /** The fields that the user has touched: all of them, once the form has been submitted. */
  used(form: string): ReadonlySet<string> | "all" {
    const { submitted, used } = this.#of(form);
    return submitted ? "all" : used;
  }

  /** What the user has entered and not submitted yet. */
  entered(form: string): FormValues {
    return this.#of(form).values;
  }

  enter(form: string, values: FormValues): void {
    const known = this.#of(form);
    for (const name of Object.keys(values)) known.used.add(name);
    known.values = { ...known.values, ...values };
  }

  /** A submit marks all fields as used, whether it is pushed or not. */
  attempted(form: string, values: FormValues): void {
    this.enter(form, values);
    this.#of(form).submitted = true;
  }

  /** After a join the forms show the server's values again. */
  joined(): void {
    for (const form of this.#forms.values()) form.values = {};
  }

  /** After a submit the form shows the server's values. */
  pushed(form: string): void {
    this.#of(form).values = {};
  }

  #of(form: string): FormState {
    let known = this.#forms.get(form);
    if (known === undefined) this.#forms.set(form, (known = { used: new Set(), values: {}, submitted: false }));
    return known;
  }
}
