import { Feature, type Owner } from "../../socket/index.js";
import type { UploadInput } from "./upload-input.js";

/** All uploads of a page by ref, because a form may be in another component than its upload. */
export class PageUploads extends Feature {
  readonly #byRef = new Map<string, UploadInput>();

  find(ref: unknown): UploadInput | undefined {
    return typeof ref === "string" ? this.#byRef.get(ref) : undefined;
  }
  add(input: UploadInput): void {
    this.#byRef.set(input.ref, input);
  }
  remove(input: UploadInput): void {
    this.#byRef.delete(input.ref);
  }

  /** The client submits a form when its files have arrived; until they are consumed they may be about to. */
  override get submitsLater(): boolean {
    for (const { entries } of this.#byRef.values()) if (entries.length > 0) return true;
    return false;
  }
}

/** The uploads of a view or a component, by name. */
export class Uploads extends Feature {
  readonly #owner: Owner;
  readonly #byName = new Map<string, UploadInput>();

  constructor(owner: Owner) {
    super();
    this.#owner = owner;
  }

  override get open(): number {
    let open = 0;
    for (const input of this.#byName.values()) open += input.open;
    return open;
  }

  /** Adds an upload under its name and ends the previous one of that name. */
  add(input: UploadInput): void {
    this.#remove(input.name);
    this.#byName.set(input.name, input);
    this.#owner.view.root.feature(PageUploads).add(input);
  }

  #remove(name: string): void {
    const input = this.#byName.get(name);
    if (input === undefined) return;
    this.#byName.delete(name);
    this.#owner.view.root.peek(PageUploads)?.remove(input);
    input.end();
  }

  override end(): void {
    for (const name of [...this.#byName.keys()]) this.#remove(name);
  }
}
