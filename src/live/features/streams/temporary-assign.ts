import { SentOnce, type Content } from "../../../html/index.js";
import { Forgetful } from "./sent-once.js";

/**
 * A value that is sent and then forgotten: the browser keeps what it shows, the server keeps nothing.
 *
 * @see temporaryAssign
 */
export class TemporaryAssign<T> extends Forgetful {
  #held: { readonly value: T } | undefined;

  /** Made by `temporaryAssign`. */
  constructor(value: T) {
    super();
    this.#held = { value };
  }

  /** Renders the value while there is one; afterwards the browser keeps what it shows there. */
  map(render: (value: T) => Content): Content {
    return new SentOnce(this.#held && { value: render(this.#held.value) });
  }

  override get waits(): boolean {
    return this.#held !== undefined;
  }

  override flushed(): void {
    this.#held = undefined;
  }
}

/**
 * An assign that lives until it has been rendered: for what is large, shown once and changed as a whole. Assign another one
 * to replace what is shown. A place that goes and comes back is empty until then.
 *
 * @example
 * mount: async () => ({ report: temporaryAssign(await buildReport()) }),
 * render: ({ report }) => html`<section>${report.map((report) => html`<pre>${report.text}</pre>`)}</section>`,
 */
export function temporaryAssign<T>(value: T): TemporaryAssign<T> {
  return new TemporaryAssign(value);
}
