import { createHmac, createSecretKey, hkdfSync, timingSafeEqual, type KeyObject } from "node:crypto";
import { decodeData, encodeData } from "../pubsub/codec.js";
import { MESSAGE_VERSION, type Message } from "../pubsub/index.js";

/** A message in transit, with its send time and the epoch of the database's data. */
export interface Envelope {
  readonly message: Message;
  /** By the database's clock, ms. */
  readonly sentAt: number;
  /** Identifies the database's data: it changes after a flush or a restart without persistence. */
  readonly epoch: string;
}

/** Why a text is not a message for this node. */
type Refused =
  /** Its MAC is not from one of our keys: somebody else writes on this bus, or a node has another secret. */
  | { readonly refused: "stranger" }
  /** A node with our key writes another format. */
  | { readonly refused: "version"; readonly version: number };

/**
 * Signs and verifies messages with HMAC-SHA-256 (RFC 2104) under keys that HKDF (RFC 5869) derives from the endpoint's
 * secrets. The first secret signs and all are accepted, so that secrets can rotate.
 *
 * Format: the MAC as 43 characters of base64url, the head as a JSON array on one line, and the payload. In every version, the
 * head begins with the version.
 */
export class Envelopes {
  readonly #keys: readonly KeyObject[];

  constructor(secrets: string | readonly string[]) {
    const list = typeof secrets === "string" ? [secrets] : secrets;
    this.#keys = list.map((secret) => createSecretKey(Buffer.from(hkdfSync("sha256", secret, "holdfast", "holdfast backplane v1", 32))));
  }

  /** @throws {HoldfastError} `payload_not_data` */
  seal({ message, sentAt, epoch }: Envelope): string {
    const { topic, event, payload, node, sequence, version } = message;
    const body = `${JSON.stringify([version, epoch, node, sequence, sentAt, topic, event])}\n${encodeData(payload, "payload")}`;
    return this.sign(body);
  }

  /** @throws {Error} if the text has a valid signature but is not a message */
  open(text: string): Envelope | Refused {
    const body = this.verify(text);
    if (body === undefined) return { refused: "stranger" };
    const end = body.indexOf("\n");
    const [version, epoch, node, sequence, sentAt, topic, event] = JSON.parse(body.slice(0, end)) as unknown[];
    if (typeof version === "number" && version !== MESSAGE_VERSION) return { refused: "version", version };
    if (
      typeof epoch !== "string" || typeof node !== "string" || typeof sequence !== "number" || typeof sentAt !== "number" ||
      typeof topic !== "string" || typeof event !== "string" || version !== MESSAGE_VERSION
    ) throw new TypeError("a message of our own key has a malformed head");
    return { message: { topic, event, payload: decodeData(body.slice(end + 1)), node, sequence, version }, sentAt, epoch };
  }

  /** Prepends the MAC to a text. */
  sign(body: string): string {
    return macOf(this.#keys[0]!, body).toString("base64url") + body;
  }

  /** The text behind a valid MAC; undefined if the MAC is not ours. */
  verify(text: string): string | undefined {
    const mac = Buffer.from(text.slice(0, MAC_CHARACTERS), "base64url");
    const body = text.slice(MAC_CHARACTERS);
    if (mac.length !== MAC_BYTES) return undefined;
    return this.#keys.some((key) => timingSafeEqual(mac, macOf(key, body))) ? body : undefined;
  }
}

const MAC_BYTES = 32;
const MAC_CHARACTERS = 43;

function macOf(key: KeyObject, body: string): Buffer {
  return createHmac("sha256", key).update(body).digest();
}
