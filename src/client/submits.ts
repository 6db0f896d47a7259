import { SUBMIT_AGAIN } from "../protocol/submit-again.js";
import { submitAgain } from "./views.js";

/** What the npm client keeps on a form that it has submitted (`pushFormSubmit` in `view.ts`). */
interface Submitted {
  readonly phxPrivate?: { readonly submitter?: HTMLElement | null };
}

/** What is done about the answer to a submit. */
interface Answer {
  /** It has arrived, and has changed nothing yet. */
  arrived(): void;
  /** The page shows it. */
  applied(): void;
}

/**
 * Follows submits to their answer. The npm client dispatches `phx:push` on a form that it submits, and
 * `phx:undo-loading:<ref>` once the server has answered, just before it applies the answer's patch. A submit whose view
 * mounts again is never answered.
 */
export class Submits {
  readonly #waiting = new Map<HTMLFormElement, AbortController>();
  readonly #answered = new Set<HTMLFormElement>();
  readonly #watchers: ((form: HTMLFormElement) => Answer)[] = [];
  readonly #isConnected: () => boolean;

  /** @param isConnected whether the socket is open: without it no answer came from the server */
  constructor(isConnected: () => boolean) {
    this.#isConnected = isConnected;
  }

  /** @param submitted called when a form is submitted; what it returns is told of the answer */
  watch(submitted: (form: HTMLFormElement) => Answer): void {
    this.#watchers.push(submitted);
  }

  /** Starts listening. */
  start(): void {
    addEventListener("phx:push", (event) => {
      const { target, detail: { eventType, ref } } = event as CustomEvent<{ eventType?: string; ref?: number }>;
      if (!(target instanceof HTMLFormElement) || eventType !== "submit") return;
      this.forget(target);
      const waiting = new AbortController();
      this.#waiting.set(target, waiting);
      const answers = this.#watchers.map((submitted) => submitted(target));
      target.addEventListener(`phx:undo-loading:${ref}`, () => {
        // The npm client abandons a form that waits for its files when their channels end.
        if (!this.#isConnected()) return;
        this.#waiting.delete(target);
        for (const each of answers) each.arrived();
        this.#answered.add(target);
        queueMicrotask(() => {
          this.#answered.delete(target);
          for (const each of answers) each.applied();
        });
      }, { once: true, signal: waiting.signal });
    });
    addEventListener(`phx:${SUBMIT_AGAIN}`, () => {
      for (const form of this.#answered) submitAgain(form, (form as Submitted).phxPrivate?.submitter);
    });
  }

  /** The form's submit will not be answered, or not by the server. */
  forget(form: HTMLFormElement): void {
    this.#waiting.get(form)?.abort();
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
