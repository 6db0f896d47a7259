/**
 * Follows submits to their answer. The npm client says `phx:push` on a form that it submits, and `phx:undo-loading:<ref>` when
 * the server has answered, just before it patches the answer in. A submit whose view mounts again is never answered.
 */
export class Submits {
  readonly #waiting = new Map<HTMLFormElement, AbortController>();
  readonly #answered = new Set<HTMLFormElement>();

  /**
   * Begins to listen.
   *
   * @param submitted called when a form is submitted; what it returns is called when the answer has been patched in
   */
  start(submitted: (form: HTMLFormElement) => () => void): void {
    addEventListener("phx:push", (event) => {
      const { target, detail } = event as CustomEvent<unknown>;
      if (!(target instanceof HTMLFormElement) || !isSubmit(detail)) return;
      this.forget(target);
      const waiting = new AbortController();
      this.#waiting.set(target, waiting);
      const acknowledged = submitted(target);
      target.addEventListener(`phx:undo-loading:${detail.ref}`, () => {
        this.#waiting.delete(target);
        this.#answered.add(target);
        queueMicrotask(() => {
          this.#answered.delete(target);
          acknowledged();
        });
      }, { once: true, signal: waiting.signal });
    });
  }

  /** The form's submit will not be answered, or not by the server. */
  forget(form: HTMLFormElement): void {
    this.#waiting.get(form)?.abort();
    this.#waiting.delete(form);
  }

  /** Whether the answer is being patched in: what it does to the form's fields is meant. */
  answered(form: HTMLFormElement): boolean {
    return this.#answered.has(form);
  }
}

/** What the npm client says in the detail of `phx:push` of a submit. */
function isSubmit(detail: unknown): detail is { eventType: "submit"; ref: number } {
  return typeof detail === "object" && detail !== null && "eventType" in detail && detail.eventType === "submit" && "ref" in detail;
}
