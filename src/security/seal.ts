import { Buffer } from "node:buffer";
import {
  createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, timingSafeEqual, type KeyObject,
} from "node:crypto";
import { HoldfastError } from "../errors/index.js";
import { randomInto } from "./random.js";
import { RecentCache } from "../collections/index.js";
import { looksRandom } from "./secret-strength.js";

const PURPOSES = ["session", "page", "static", "child", "flash", "upload", "reload", "longpoll", "application"] as const;

/**
 * What a token is for. A token of one purpose never opens as another: each has its own key. `application` is for the tokens of
 * applications (see `Tokens`), whose own purposes are bound inside it.
 */
export type Purpose = (typeof PURPOSES)[number];

/** What a sealed token held. */
interface Opened {
  /** The sealed value, after a trip through JSON. Check its shape: another version may have sealed it. */
  readonly value: unknown;
  /** When it was sealed, ms epoch. */
  readonly issuedAt: number;
  /** When it stops opening, ms epoch. */
  readonly expiresAt: number;
}

/** The longest token that opens, in characters. */
export const MAX_TOKEN_LENGTH = 8192;

// version (1) | key id (4) | nonce (12) | ciphertext | tag (16), as base64url without padding
const VERSION = 1;
const KEY_ID_BYTES = 4;
const HEADER_BYTES = 1 + KEY_ID_BYTES;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** As many characters of base64url as are the tag's alone. */
const TAIL_LENGTH = 20;
const SIGNATURE_BYTES = 32;
const BODY_AT = HEADER_BYTES + NONCE_BYTES;
const SHORTEST = BODY_AT + TAG_BYTES;
const CIPHER = "aes-256-gcm";
const CIPHER_OPTIONS = { authTagLength: TAG_BYTES };

/**
 * Where a token is put together and taken apart. Every call uses them, one after the other: buffers of its own would cost a token more
 * than its encryption does.
 */
const bytes = Buffer.allocUnsafeSlow(Math.ceil(MAX_TOKEN_LENGTH / 4) * 3);
const nonce = Buffer.allocUnsafeSlow(NONCE_BYTES);
const tag = Buffer.allocUnsafeSlow(TAG_BYTES);
const MIN_SECRET_LENGTH = 32;

interface Secret {
  /** Version and key id: every token sealed with this secret begins with it. */
  readonly header: Buffer;
  readonly lanes: ReadonlyMap<Purpose, Lane>;
  /** For `sign`: seals nothing. */
  readonly signing: KeyObject;
  /** For `proof`. */
  readonly proving: KeyObject;
}

/**
 * The key and associated data for one purpose. The associated data is unambiguous: the header has a fixed length, and no
 * purpose contains a NUL.
 */
interface Lane {
  readonly key: KeyObject;
  /** The associated data of a token that is bound to nothing. */
  readonly unbound: Buffer;
  /** The associated data of a bound token, up to its binding. */
  readonly bound: Buffer;
}

/**
 * Seals values so that a client can carry them without reading, changing, swapping or prolonging them:
 * AES-256-GCM, with one key per purpose derived from the secret by HKDF-SHA-256.
 *
 * The first secret seals; all of them open. To rotate, put a new secret in front and take the old one away
 * when the longest-lived token (the session) has ended. A secret is random, not a password: it is stretched,
 * not slowed down. As for any AES-GCM key with random nonces (NIST SP 800-38D, 8.3), rotate before 2^32
 * tokens of one purpose.
 *
 * @param secrets one secret, or several with the newest first; at least 32 random characters each
 * @throws {HoldfastError} `secret_weak` if there is no secret, or one is shorter or repeats itself
 * @example
 * const keyring = new Keyring([process.env.SECRET!, process.env.OLD_SECRET!]);
 * const token = keyring.seal("page", { view: "EditPost" }, { ttlMs: 86_400_000, bind: topic });
 * keyring.open("page", token, { bind: topic })?.value; // { view: "EditPost" }
 */
export class Keyring {
  readonly #sealing: Secret;
  readonly #byId = new Map<number, Secret>();
  readonly #recent = new RecentCache<RecentToken>(RECENT_TOKENS);

  constructor(secrets: string | readonly string[]) {
    const list = typeof secrets === "string" ? [secrets] : Array.isArray(secrets) ? secrets : [];
    if (list.length === 0) throw weak("none");
    const derived = list.map(deriveSecret);
    this.#sealing = derived[0]!;
    for (const secret of derived) this.#byId.set(secret.header.readUInt32BE(1), secret);
  }

  /**
   * Seals a JSON value into a base64url token.
   *
   * @param purpose what the token is for
   * @param value anything that JSON can carry
   * @param options `ttlMs`: how long it opens, ms (Infinity: as long as the secret lives); `bind`: what it is
   * tied to (a session, a topic), which `open` must name again; `now`: ms epoch, default the clock
   * @throws {HoldfastError} `token_too_large` if the token would be longer than `open` accepts
   * @throws {TypeError} if JSON cannot carry the value
   * @example
   * keyring.seal("flash", { info: "Saved" }, { ttlMs: 60_000 });
   */
  seal(purpose: Purpose, value: unknown, options: { ttlMs: number; bind?: string; now?: number }): string {
    const { header, lanes } = this.#sealing;
    const lane = lanes.get(purpose);
    if (lane === undefined) throw new TypeError("unknown purpose of a token");
    const now = options.now ?? Date.now();
    const expiresAt = Math.min(now + options.ttlMs, Number.MAX_SAFE_INTEGER);
    const text = JSON.stringify([now, expiresAt, value]);
    randomInto(nonce);
    const cipher = createCipheriv(CIPHER, lane.key, nonce, CIPHER_OPTIONS);
    cipher.setAAD(associatedData(lane, options.bind));
    const body = cipher.update(text, "utf8");
    cipher.final();
    const bodyEnd = BODY_AT + body.length;
    const length = Math.ceil((bodyEnd + TAG_BYTES) * 4 / 3);
    if (length > MAX_TOKEN_LENGTH) {
      throw new HoldfastError("token_too_large", {
        what: `A ${purpose} token is too long to be opened.`,
        expected: `at most ${MAX_TOKEN_LENGTH} characters, sealed`,
        got: `${length} characters`,
        fix: "Seal an id and look the rest up on the server.",
      });
    }
    header.copy(bytes);
    nonce.copy(bytes, HEADER_BYTES);
    body.copy(bytes, BODY_AT);
    cipher.getAuthTag().copy(bytes, bodyEnd);
    const token = bytes.toString("base64url", 0, bodyEnd + TAG_BYTES);
    this.#recent.set(tailOf(token), { token, purpose, bind: options.bind, text });
    return token;
  }

  /**
   * Opens a token. Returns `undefined` whatever is wrong with it: not a string, too long, tampered with, expired, sealed for
   * another purpose, bound to something else, or sealed with a secret that was removed. Never throws.
   *
   * @param purpose what the token must be for
   * @param token what the client sent
   * @param options `bind`: what it must be tied to; `now`: ms epoch, default the clock
   * @example
   * const page = keyring.open("page", payload.session, { bind: topic });
   * if (page === undefined) return { reason: "stale" };
   */
  open(purpose: Purpose, token: unknown, options?: { bind?: string; now?: number }): Opened | undefined {
    if (typeof token !== "string" || token.length > MAX_TOKEN_LENGTH) return undefined;
    const known = this.#recent.get(tailOf(token));
    if (known?.token === token && known.purpose === purpose && known.bind === options?.bind) return unexpired(known.text, options?.now);
    const length = bytes.write(token, "base64url");
    if (length < SHORTEST || bytes[0] !== VERSION) return undefined;
    // A token has exactly one spelling, but the decoder ignores foreign characters and the last one's spare bits.
    if (bytes.toString("base64url", 0, length) !== token) return undefined;
    const lane = this.#byId.get(bytes.readUInt32BE(1))?.lanes.get(purpose);
    if (lane === undefined) return undefined;
    try {
      const bodyEnd = length - TAG_BYTES;
      bytes.copy(nonce, 0, HEADER_BYTES, BODY_AT);
      bytes.copy(tag, 0, bodyEnd, length);
      const decipher = createDecipheriv(CIPHER, lane.key, nonce, CIPHER_OPTIONS);
      decipher.setAAD(associatedData(lane, options?.bind));
      decipher.setAuthTag(tag);
      const body = decipher.update(bytes.subarray(BODY_AT, bodyEnd));
      decipher.final(); // throws unless every byte is as it was sealed; only then is the body read
      const text = body.toString("utf8");
      const opened = unexpired(text, options?.now);
      if (opened !== undefined) this.#recent.set(tailOf(token), { token, purpose, bind: options?.bind, text });
      return opened;
    } catch {
      return undefined;
    }
  }

  /**
   * Signs a text that anybody may read: HMAC-SHA-256 with a key of its own, derived from the first secret.
   *
   * @param purpose what the text is for; another purpose has another signature
   * @param text what is signed
   * @returns the signature, in base64url
   */
  sign(purpose: string, text: string): string {
    return Buffer.concat([this.#sealing.header, signature(this.#sealing.signing, purpose, text)]).toString("base64url");
  }

  /**
   * Whether one of the secrets has signed the text for this purpose. Takes the same time wherever the signature differs, and
   * never throws.
   */
  signed(purpose: string, text: string, given: string): boolean {
    const bytes = Buffer.from(given, "base64url");
    if (bytes.length !== HEADER_BYTES + SIGNATURE_BYTES || bytes[0] !== VERSION || bytes.toString("base64url") !== given) return false;
    const secret = this.#byId.get(bytes.readUInt32BE(1));
    return secret !== undefined && timingSafeEqual(bytes.subarray(HEADER_BYTES), signature(secret.signing, purpose, text));
  }

  /**
   * A short proof that this server wrote a text: a MAC of 96 bits. The text itself is not in it.
   *
   * @param text names what the proof is for and whom it is bound to
   * @example
   * const proof = keyring.proof(`event ${session.id} ${name}`);
   */
  proof(text: string): string {
    return proofOf(this.#sealing, text).toString("base64url");
  }

  /** Whether `proof` was made of this text, with any of the secrets. Takes the same time for every wrong proof. */
  isProof(text: string, proof: string): boolean {
    const given = Buffer.from(proof, "base64url");
    // Node's decoder ignores foreign characters and spare bits: only the spelling that `proof` writes counts.
    if (given.length !== PROOF_BYTES || given.toString("base64url") !== proof) return false;
    for (const secret of this.#byId.values()) if (timingSafeEqual(proofOf(secret, text), given)) return true;
    return false;
  }
}

/** Long enough to be unguessable, short enough for every row of a list. */
const PROOF_BYTES = 12;

function proofOf({ proving }: Secret, text: string): Buffer {
  return createHmac("sha256", proving).update(text).digest().subarray(0, PROOF_BYTES);
}

/** The content of a token that has not expired. */
function unexpired(text: string, now = Date.now()): Opened | undefined {
  const [issuedAt, expiresAt, value] = JSON.parse(text) as [unknown, unknown, unknown];
  if (typeof issuedAt !== "number" || typeof expiresAt !== "number") return undefined;
  // `!(a > b)`, so that a clock that is NaN refuses
  return expiresAt > now ? { value, issuedAt, expiresAt } : undefined;
}

/**
 * A token that was sealed or opened a moment ago, with its content. A page's tokens come back with its socket a moment later,
 * and a cookie comes with every request: a token that was authenticated once, tag included, need not be decrypted again. Only
 * its purpose, binding and time are checked again.
 */
interface RecentToken {
  readonly token: string;
  readonly purpose: Purpose;
  readonly bind: string | undefined;
  readonly text: string;
}

/** A page has two, and comes back for them while some fifty others are opened. */
const RECENT_TOKENS = 128;

/** What a token is cached under: its end, the tag, tells tokens apart as well as the whole, which takes ten times as long to hash. */
function tailOf(token: string): string {
  return token.slice(-TAIL_LENGTH);
}

function deriveSecret(secret: string): Secret {
  if (typeof secret !== "string") throw weak("one that is not a string");
  if (secret.length < MIN_SECRET_LENGTH) throw weak(`one of ${secret.length} characters`);
  if (!looksRandom(secret)) throw weak("one that repeats itself");
  const header = Buffer.concat([Buffer.of(VERSION), derive(secret, "key id", KEY_ID_BYTES)]);
  const lanes = PURPOSES.map((purpose): [Purpose, Lane] => [purpose, {
    key: createSecretKey(derive(secret, `seal ${purpose}`, 32)),
    unbound: Buffer.concat([header, Buffer.from(purpose)]),
    bound: Buffer.concat([header, Buffer.from(`${purpose}\0`)]),
  }]);
  return {
    header, lanes: new Map(lanes),
    signing: createSecretKey(derive(secret, "sign", 32)),
    proving: createSecretKey(derive(secret, "proof", 32)),
  };
}

function derive(secret: string, info: string, bytes: number): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "holdfast", `holdfast v${VERSION} ${info}`, bytes));
}

/** The purpose's length comes first, so that no two pairs of purpose and text look the same. */
function signature(key: KeyObject, purpose: string, text: string): Buffer {
  const bytes = Buffer.from(purpose, "utf16le");
  return createHmac("sha256", key).update(`${bytes.length}:`).update(bytes).update(text, "utf8").digest();
}

/** UTF-16 keeps every two strings apart, unpaired surrogates included. */
function associatedData({ unbound, bound }: Lane, bind: string | undefined): Buffer {
  if (bind === undefined) return unbound;
  const data = Buffer.allocUnsafe(bound.length + 2 * bind.length);
  bound.copy(data);
  data.write(bind, bound.length, "utf16le");
  return data;
}

function weak(got: string): HoldfastError {
  return new HoldfastError("secret_weak", {
    what: "The endpoint's secret is too weak to protect sessions.",
    expected: `one or more random secrets of at least ${MIN_SECRET_LENGTH} characters`,
    got, // never the secret itself
    fix: `node -p 'require("node:crypto").randomBytes(48).toString("base64url")'`,
  });
}
