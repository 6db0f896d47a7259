import { HoldfastError } from "../errors/index.js";
import type { AsJson } from "../protocol/index.js";
import { MAX_TOKEN_LENGTH, type Keyring } from "./seal.js";

const DAY_MS = 86_400_000;

/** `T` if a token can carry it: JSON, and not `undefined`. */
type Carried<T> = T extends undefined ? never : AsJson<T>;

/** How a token is made. */
interface TokenOptions {
  /** How long the token is valid, ms. `Infinity`: as long as the secret lives. Default one day. */
  readonly ttlMs?: number;
  /** When it is made, ms epoch. Default the clock. */
  readonly now?: number;
}

/** How a token is checked. */
interface TokenCheck {
  /** How old it may be, ms, if less than its `ttlMs`. Default: its `ttlMs`. */
  readonly maxAgeMs?: number;
  /** When it is checked, ms epoch. Default the clock. */
  readonly now?: number;
}

/**
 * Tokens of the application: for a link in a mail, an API's client, a channel's join. Each has an expiry and a purpose, which must
 * be named again. `sign` makes one that anybody can read and nobody can change; `encrypt` one that nobody can read either.
 *
 * Purposes are the application's own words: none of Holdfast's tokens (a cookie's, a page's) opens as one of these, nor the other
 * way round. The data goes through JSON. A token can be used many times: if something may happen only once, remember it on the
 * server. The token of a user who may be banned holds an id that is looked up, not a permission.
 *
 * @example
 * const token = tokens.sign("confirm email", { userId: 7 }, { ttlMs: 7 * 86_400_000 });
 * const data = ConfirmEmail.safeParse(tokens.verify("confirm email", token));
 */
export class Tokens {
  readonly #keyring: Keyring;

  constructor(keyring: Keyring) {
    this.#keyring = keyring;
  }

  /**
   * Signs data. Everybody who has the token can read it.
   *
   * @param purpose what the token is for
   * @param data JSON: a value that JSON would lose does not compile
   * @param options `ttlMs`: how long it is valid, default one day
   * @throws {HoldfastError} `token_too_large` if it would be longer than 8,192 characters
   * @throws {TypeError} if JSON cannot carry the data
   * @example
   * const url = `/unsubscribe/${tokens.sign("unsubscribe", user.id, { ttlMs: Infinity })}`;
   */
  sign<T>(purpose: string, data: T & Carried<T>, { ttlMs = DAY_MS, now = Date.now() }: TokenOptions = {}): string {
    const expiresAt = Math.min(now + ttlMs, Number.MAX_SAFE_INTEGER);
    const body = Buffer.from(JSON.stringify([now, expiresAt, carried(data)])).toString("base64url");
    const token = `${body}.${this.#keyring.sign(purpose, body)}`;
    if (token.length > MAX_TOKEN_LENGTH) {
      throw new HoldfastError("token_too_large", {
        what: "A signed token is too long to be verified.",
        expected: `at most ${MAX_TOKEN_LENGTH} characters, signed`,
        got: `${token.length} characters`,
        fix: "Sign an id and look the rest up on the server.",
      });
    }
    return token;
  }

  /**
   * The data of a signed token; `undefined` if it is not one of this purpose, was changed, or is too old. Never throws.
   *
   * @param purpose what the token must be for
   * @param token what the client sent
   * @param check `maxAgeMs`: how old it may be at most
   * @example
   * const userId = tokens.verify("unsubscribe", c.req.param("token"));
   * if (typeof userId !== "number") throw new NotFound();
   */
  verify(purpose: string, token: unknown, { maxAgeMs = Infinity, now = Date.now() }: TokenCheck = {}): unknown {
    if (typeof token !== "string" || token.length > MAX_TOKEN_LENGTH) return undefined;
    const dot = token.indexOf(".");
    const body = token.slice(0, Math.max(dot, 0));
    if (dot === -1 || !this.#keyring.signed(purpose, body, token.slice(dot + 1))) return undefined;
    // Signed by us, so it is what `sign` wrote.
    const [issuedAt, expiresAt, data] = JSON.parse(Buffer.from(body, "base64url").toString()) as [number, number, unknown];
    return expiresAt > now && now - issuedAt <= maxAgeMs ? data : undefined;
  }

  /**
   * Encrypts data: whoever has the token can neither read nor change it.
   *
   * @param purpose what the token is for
   * @param data JSON: a value that JSON would lose does not compile
   * @param options `ttlMs`: how long it is valid, default one day
   * @throws {HoldfastError} `token_too_large` if it would be longer than 8,192 characters
   * @throws {TypeError} if JSON cannot carry the data
   * @example
   * const token = tokens.encrypt("invitation", { email, role: "editor" });
   */
  encrypt<T>(purpose: string, data: T & Carried<T>, { ttlMs = DAY_MS, now = Date.now() }: TokenOptions = {}): string {
    return this.#keyring.seal("application", carried(data), { ttlMs, bind: purpose, now });
  }

  /**
   * The data of an encrypted token; `undefined` if it is not one of this purpose, was changed, or is too old. Never throws.
   *
   * @param purpose what the token must be for
   * @param token what the client sent
   * @param check `maxAgeMs`: how old it may be at most
   * @example
   * const invitation = Invitation.safeParse(tokens.decrypt("invitation", token));
   */
  decrypt(purpose: string, token: unknown, { maxAgeMs = Infinity, now = Date.now() }: TokenCheck = {}): unknown {
    const opened = this.#keyring.open("application", token, { bind: purpose, now });
    return opened !== undefined && now - opened.issuedAt <= maxAgeMs ? opened.value : undefined;
  }
}

/** The data, if JSON can carry it: `undefined` or a function would come back as `null`. */
function carried(data: unknown): unknown {
  if (data === undefined || typeof data === "function" || typeof data === "symbol") throw new TypeError("JSON cannot carry a token's data");
  return data;
}
