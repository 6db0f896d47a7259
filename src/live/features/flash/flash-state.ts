import { Feature, type Flash, type Owner } from "../../socket/index.js";

/**
 * A view's one-time messages: the assign `flash`, and which of them are new. A redirect carries the new ones along; old ones
 * have been shown.
 */
export class FlashState extends Feature {
  readonly #owner: Owner;
  #changed: Readonly<Record<string, string>> = {};

  constructor(owner: Owner) {
    super();
    this.#owner = owner;
  }

  put(kind: string, message: string): void {
    this.take({ [kind]: message });
  }

  /** Takes over the messages of a nested view that leads elsewhere: the page shows them, or carries them along. */
  take(messages: Flash): void {
    this.#changed = { ...this.#changed, ...messages };
    this.#owner.assign({ flash: { ...this.#current, ...messages } });
  }

  /** Removes one kind, or all. */
  clear(kind?: string): void {
    if (kind === undefined) {
      this.#changed = {};
      this.#owner.assign({ flash: {} });
      return;
    }
    const { [kind]: _old, ...changed } = this.#changed;
    const { [kind]: _shown, ...rest } = this.#current;
    this.#changed = changed;
    this.#owner.assign({ flash: rest });
  }

  /** The messages set since the last render: they travel with a redirect. */
  get changed(): Flash {
    return this.#changed;
  }

  /** The view has moved to another of its URLs: drops the messages shown at the last one. */
  patched(): void {
    if (Object.keys(this.#current).length > Object.keys(this.#changed).length) this.#owner.assign({ flash: this.#changed });
  }

  override flushed(): void {
    this.#changed = {};
  }

  get #current(): Readonly<Record<string, string>> {
    return this.#owner.assigns["flash"] as Readonly<Record<string, string>>;
  }
}
