import { LiveValue, Feature, type Owner } from "../../socket/index.js";

/** An assign that forgets its content once that has been sent. */
export abstract class Forgetful extends LiveValue {
  override attach(owner: Owner, _name: string): void {
    owner.feature(ForgetfulAssigns).add(this);
  }

  /** Called when the queued content has been sent. */
  abstract flushed(): void;
  /** Whether content is queued that only this render can send. */
  abstract get waits(): boolean;
}

/** The forgetting assigns of one owner. */
class ForgetfulAssigns extends Feature {
  readonly #owner: Owner;
  #values: Forgetful[] = [];

  constructor(owner: Owner) {
    super();
    this.#owner = owner;
  }

  add(value: Forgetful): void {
    // Those that are no assigns any more are dropped here: a render happens far more often.
    const held = Object.values(this.#owner.assigns);
    this.#values = this.#values.filter((known) => known !== value && held.includes(known));
    this.#values.push(value);
  }

  override flushed(): void {
    for (const value of this.#values) value.flushed();
  }

  override get mustSend(): boolean {
    return this.#values.some((value) => value.waits);
  }
}
