import type { ViewInit } from "../page/index.js";
import type { LiveContext } from "../socket/index.js";
import { provenName } from "./event-name.js";

/** The view whose events carry proofs. */
interface ProvingView {
  readonly id: string;
  readonly init: ViewInit;
  readonly context: LiveContext;
}

/**
 * Proofs that an event was rendered, for places where the server forgets what it wrote: a MAC over this view on this
 * session's page. A live navigation reuses the view's id for another view, so the view's identity is part of the MAC.
 */
export class RenderProofs {
  readonly #view: ProvingView;

  constructor(view: ProvingView) {
    this.#view = view;
  }

  /** The event's name with its proof. */
  readonly seal = (rendered: string, target: number | undefined): string =>
    provenName(rendered, this.#view.context.keyring.proof(this.#text(rendered, target)));

  /** Whether `proof` shows that this was rendered for this session and page. */
  isProven(rendered: string, target: number | undefined, proof: string): boolean {
    return this.#view.context.keyring.isProof(this.#text(rendered, target), proof);
  }

  #text(rendered: string, target: number | undefined): string {
    const { id, init } = this.#view;
    return `event\n${init.bond.id}\n${id}\n${init.view.identity}\n${target ?? ""}\n${rendered}`;
  }
}
