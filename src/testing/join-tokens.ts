import type { DomElement } from "./dom.js";

/** What proves which view a join asks for. */
interface Tokens {
  readonly session: string;
  readonly static: string | undefined;
}

/** The tokens with which a view joins, and how often it has joined. */
export class JoinTokens {
  #tokens: Tokens;
  #mounts: number;
  #attempts = 0;

  private constructor(tokens: Tokens, mounts: number) {
    this.#tokens = tokens;
    this.#mounts = mounts;
  }

  /** The tokens that a view's element brings. A nested view counts as mounted when its parent has joined again. */
  static of({ attribs }: Pick<DomElement, "attribs">, parent?: JoinTokens): JoinTokens {
    const mounts = parent === undefined ? 0 : Math.max(0, parent.#mounts - 1);
    return new JoinTokens({ session: attribs["data-phx-session"] ?? "", static: attribs["data-phx-static"] }, mounts);
  }

  /** The same tokens, for the view that takes this one's place and has never joined. */
  successor(): JoinTokens {
    return new JoinTokens(this.#tokens, 0);
  }

  /** Whether the view has joined before. */
  get mounted(): boolean {
    return this.#mounts > 0;
  }

  /** The part of a join's payload that is the tokens', and its parameters. Counts the attempt. */
  attempt(): {
    readonly tokens: { readonly session: string; readonly static: string | null };
    readonly params: Readonly<Record<string, number>>;
  } {
    const { session, static: page } = this.#tokens;
    return { tokens: { session, static: page || null }, params: { _mounts: this.#mounts, _mount_attempts: this.#attempts++ } };
  }

  /** Takes what the document has now; a rejoin after a crash uses it. */
  renew(element: DomElement | undefined): void {
    this.#tokens = {
      session: element?.attribs["data-phx-session"] || this.#tokens.session,
      static: element?.attribs["data-phx-static"] ?? this.#tokens.static,
    };
  }

  joined(): void {
    this.#mounts++;
    this.#attempts = 0;
  }
}
