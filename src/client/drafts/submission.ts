import { SUBMISSION_FIELD } from "../../protocol/submission.js";

/**
 * The submission that a draft belongs to. After a reload the form has a new id; the draft restores the one under which it may
 * already have been sent, so that the server does not take it for another form.
 */
export class KeptSubmission {
  #id: string | undefined;
  /** The id that the page had instead; its view keeps rendering it until it is told. */
  #other: string | undefined;

  constructor(id?: string) {
    this.#id = id;
  }

  get id(): string | undefined {
    return this.#id;
  }

  /** The user writes into the form: the draft belongs to its present submission. */
  begin(form: HTMLFormElement): void {
    this.#id ??= fieldOf(form)?.value;
  }

  /** The view has mounted again, with another new id. */
  mounted(): void {
    this.#other = undefined;
  }

  /** Restores the id. If the view has rendered a third one, that one wins: the view has begun a new form. */
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
