import type { LockedFields } from "../../html/index.js";
import type { ViewInit } from "../page/index.js";
import type { LiveContext } from "../socket/index.js";
import { encodeLocked, provenName, type EventName } from "./event-name.js";

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
  readonly seal = (rendered: string, target: number | undefined, fields?: LockedFields): string => {
    const locked = fields && encodeLocked(rendered, fields);
    return provenName(rendered, this.#view.context.keyring.proof(this.#text(rendered, target, locked)), locked);
  };

  /** Whether a name's proof shows that it was rendered for this session and page. */
  isProven({ rendered, locked, proof }: EventName, target: number | undefined): boolean {
    return proof !== undefined && this.#view.context.keyring.isProof(this.#text(rendered, target, locked), proof);
  }

  #text(rendered: string, target: number | undefined, locked: string | undefined): string {
    const { id, init } = this.#view;
    const where = `${init.bond.id}\n${id}\n${init.view.identity}\n${target ?? ""}`;
    // Encoded, the fields have no line break, so that nobody can move a part of one into the other.
    return locked === undefined ? `event\n${where}\n${rendered}` : `form\n${where}\n${locked}\n${rendered}`;
  }
}
