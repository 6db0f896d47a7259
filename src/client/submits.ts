import { SUBMIT_AGAIN } from "../protocol/submit-again.js";
import { submitAgain, viewOf } from "./views.js";

/** What the npm client keeps on a form that it has submitted (`pushFormSubmit` in `view.ts`). */
interface Submitted {
  readonly phxPrivate?: { readonly submitter?: HTMLElement | null };
}

/** What the npm client keeps on the element of a view: the view, its joins so far, and which of its pushes were answered (`view.ts`). */
interface Viewed {
  readonly phxPrivate?: { readonly view?: { readonly joinCount: number; isAcked(ref?: number): boolean } };
}

/** A submit without an answer. */
interface Waiting {
  /** Stops listening for its answer. */
  readonly ended: AbortController;
  /** Looks whether it was answered. */
  readonly look: () => void;
}

/**
 * Follows submits to their answer. The npm client dispatches `phx:push` on a form that it submits, and
 * `phx:undo-loading:<ref>` once the server has answered, just before it applies the answer's patch. A submit whose view
 * mounts again is never answered.
 */
export class Submits {
  readonly #waiting = new Map<HTMLFormElement, Waiting>();
  readonly #answered = new Set<HTMLFormElement>();
  #submitted: ((form: HTMLFormElement) => () => void) | undefined;
  readonly #isConnected: () => boolean;

  /** @param isConnected whether the socket is open: without it no answer came from the server */
  constructor(isConnected: () => boolean) {
    this.#isConnected = isConnected;
  }

  /** @param submitted called when a form is submitted; what it returns is called once the page shows the answer */
  watch(submitted: (form: HTMLFormElement) => () => void): void {
    this.#submitted = submitted;
  }

  /** Starts listening. */
  start(): void {
    addEventListener("phx:push", (event) => {
      const { target, detail: { eventType, ref } } = event as CustomEvent<{ eventType?: string; ref?: number }>;
      if (!(target instanceof HTMLFormElement) || eventType !== "submit") return;
      this.forget(target);
      const ended = new AbortController();
      const view = (viewOf(target) as Viewed | null)?.phxPrivate?.view;
      const joins = view?.joinCount;
      const applied = this.#submitted?.(target);
      const answered = (): void => {
        // The npm client abandons a form that waits for its files when their channels end.
        if (!this.#isConnected()) return;
        this.#waiting.delete(target);
        this.#answered.add(target);
        queueMicrotask(() => {
          this.#answered.delete(target);
          applied?.();
        });
      };
      // What a view answered before it mounted again says nothing about what it has answered since.
      this.#waiting.set(target, { ended, look: () => view?.joinCount === joins && view?.isAcked(ref) && answered() });
      target.addEventListener(`phx:undo-loading:${ref}`, answered, { once: true, signal: ended.signal });
    });
    addEventListener(`phx:${SUBMIT_AGAIN}`, () => {
      for (const form of this.#answered) submitAgain(form, (form as Submitted).phxPrivate?.submitter);
    });
  }

  /**
   * A message has come from the server. The npm client tells no form of its answer that is not on the page any more: the field that it
   * takes the focus from when it submits has a `phx-blur`, whose answer is earlier and may close the form.
   */
  received(): void {
    for (const [form, { look }] of this.#waiting) if (!form.isConnected) look();
  }

  /** The form's submit will not be answered, or not by the server. */
  forget(form: HTMLFormElement): void {
    this.#waiting.get(form)?.ended.abort();
    this.#waiting.delete(form);
  }

  /** Whether the form was submitted and has not been answered. */
  waits(form: HTMLFormElement): boolean {
    return this.#waiting.has(form);
  }

  /** Whether the answer is being applied: its changes to the form's fields are intended. */
  answered(form: HTMLFormElement): boolean {
    return this.#answered.has(form);
  }
}
