import { SUBMISSION_FIELD } from "../../protocol/submission.js";

/**
 * Which submission a draft belongs to. A page that is loaded anew has another id for its form; the draft puts back the one
 * under which it may have been sent already, so that the server does not take it for another form.
 */
export class KeptSubmission {
  #id: string | undefined;
  /** What the page had instead, and its view renders until it has been told. */
  #other: string | undefined;

  constructor(id?: string) {
    this.#id = id;
  }

  get id(): string | undefined {
    return this.#id;
  }

  /** The user writes in the form: the draft belongs to the submission that it has. */
  begin(form: HTMLFormElement): void {
    this.#id ??= fieldOf(form)?.value;
  }

  /** The view has mounted anew: its id is another once more. */
  mounted(): void {
    this.#other = undefined;
  }

  /** Puts the id back. If the view has rendered a third one, that counts: it has made a new form of this one. */
  putBack(form: HTMLFormElement): void {
    const field = fieldOf(form);
    if (field === undefined || this.#id === undefined || field.value === this.#id) return;
    if (this.#other !== undefined && field.value !== this.#other) {
      this.#id = field.value;
      this.#other = undefined;
    } else {
      this.#other = field.value;
      field.value = this.#id;
    }
  }
}

function fieldOf(form: HTMLFormElement): HTMLInputElement | undefined {
  const found = form.elements.namedItem(SUBMISSION_FIELD);
  return found instanceof HTMLInputElement && found.type === "hidden" ? found : undefined;
}
