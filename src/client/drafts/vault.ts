import { utf8 } from "../utf8.js";

/** A stored text, under a name. */
interface Kept {
  readonly name: string;
  readonly text: string;
}

/** Limits of what is stored. */
interface VaultLimits {
  /** All entries together, characters of storage. */
  readonly maxBytes: number;
  /** How long an entry is kept, ms. */
  readonly maxAgeMs: number;
}

/** The number is the format's version; entries of other versions simply expire. */
const PREFIX = "holdfast:draft:1:";
/** A key from the server begins with the user's identity, 15 bytes in base64url. The rest is the key, 32 bytes. */
const OWNER_LENGTH = 20;

interface Owner {
  readonly id: string;
  readonly key: CryptoKey | undefined;
}

/**
 * Keeps texts in the tab's `sessionStorage`, encrypted with a key that only the same user's pages know.
 *
 * The server writes the key into each page that it renders for a user (derived from its secret and the user's identity), and
 * the page never stores it. So a text left behind, by a session that ended or a browser that wrote its tabs to disk, is
 * unreadable until the same user logs in again: another user of the tab has another key. It does not protect against scripts
 * in the user's own page: they can read the form as well.
 *
 * Without a secure context (https, or localhost) browsers have no WebCrypto, and texts are stored unencrypted, still separate
 * by user. Without a key from the server nothing is stored.
 */
export class Vault {
  readonly #storage: Storage;
  readonly #limits: VaultLimits;
  readonly #ids: readonly string[];
  readonly #owners: Promise<readonly Owner[]>;

  /** @param keys from the server: the newest one encrypts, all decrypt */
  constructor(storage: Storage, keys: readonly string[], limits: VaultLimits) {
    this.#storage = storage;
    this.#limits = limits;
    this.#ids = keys.map((key) => key.slice(0, OWNER_LENGTH));
    // An invalid key counts as no key: the page works, and nothing is stored.
    this.#owners = Promise.all(keys.map(owner)).catch(() => []);
  }

  /** Everything that this user has stored in this tab. Removes expired entries of any user. */
  async read(): Promise<readonly Kept[]> {
    const owners = new Map((await this.#owners).map((each) => [each.id, each]));
    const found = await Promise.all(this.#entries().map(async ({ item, name, writtenAt, by, body }) => {
      if (!(Date.now() - writtenAt < this.#limits.maxAgeMs)) return void this.#storage.removeItem(item);
      const reader = owners.get(by);
      const text = reader && (await open(reader.key, item, body));
      return text === undefined ? undefined : { name, text };
    }));
    return found.filter((each) => each !== undefined);
  }

  /**
   * Stores a text under a name.
   *
   * @param wanted called once the text is encrypted: it may have been forgotten meanwhile
   * @returns false if the text is too large to store
   */
  async write(name: string, text: string, wanted: () => boolean): Promise<boolean> {
    const [writer] = await this.#owners;
    if (writer === undefined) return true;
    const item = itemOf(writer.id, name);
    const entry = `${Date.now()}:${await seal(writer.key, item, text)}`;
    if (entry.length > this.#limits.maxBytes) return false;
    if (!wanted()) return true;
    this.#makeRoom(item, entry.length);
    try {
      this.#storage.setItem(item, entry);
      return true;
    } catch {
      return false; // the browser's own quota
    }
  }

  /** Removes the entry of a name. Synchronous, because the page may be about to unload. */
  forget(name: string): void {
    for (const id of this.#ids) this.#storage.removeItem(itemOf(id, name));
  }

  /** Removes the oldest entries until there is room for one more. */
  #makeRoom(item: string, length: number): void {
    const others = this.#entries().filter((entry) => entry.item !== item).sort((a, b) => a.writtenAt - b.writtenAt);
    let used = length + others.reduce((sum, entry) => sum + entry.length, 0);
    for (const entry of others) {
      if (used <= this.#limits.maxBytes) return;
      this.#storage.removeItem(entry.item);
      used -= entry.length;
    }
  }

  #entries() {
    return Object.keys(this.#storage).filter((item) => item.startsWith(PREFIX)).map((item) => {
      const entry = this.#storage.getItem(item) ?? "";
      const at = entry.indexOf(":");
      const by = item.slice(PREFIX.length, PREFIX.length + OWNER_LENGTH);
      return {
        item, by, name: item.slice(PREFIX.length + OWNER_LENGTH + 1), writtenAt: Number(entry.slice(0, at)),
        body: entry.slice(at + 1), length: entry.length,
      };
    });
  }
}

function itemOf(id: string, name: string): string {
  return `${PREFIX}${id}:${name}`;
}

async function owner(key: string): Promise<Owner> {
  const { subtle } = globalThis.crypto as { subtle?: SubtleCrypto };
  const id = key.slice(0, OWNER_LENGTH);
  if (subtle === undefined) return { id, key: undefined };
  const bytes = fromBase64(key.slice(OWNER_LENGTH).replaceAll("-", "+").replaceAll("_", "/"));
  return { id, key: await subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]) };
}

const IV_BYTES = 12;

/** AES-GCM with a random nonce, bound to the item's name, so that no entry can be moved to another name. */
async function seal(key: CryptoKey | undefined, item: string, text: string): Promise<string> {
  if (key === undefined) return `p${text}`;
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: utf8(item) }, key, utf8(text));
  return `e${toBase64(iv)}${toBase64(new Uint8Array(data))}`;
}

/**
 * The text, or undefined if it was not sealed with this key for this item. An unencrypted one counts only where nothing is
 * encrypted: item names show their owner's id, so any user of the tab could have written it.
 */
async function open(key: CryptoKey | undefined, item: string, body: string): Promise<string | undefined> {
  if (key === undefined) return body.startsWith("p") ? body.slice(1) : undefined;
  if (!body.startsWith("e")) return undefined;
  try {
    const iv = fromBase64(body.slice(1, 17));
    const data = await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: utf8(item) }, key, fromBase64(body.slice(17)));
    return new TextDecoder().decode(data);
  } catch {
    return undefined;
  }
}

/** The number of arguments of a call is limited, so a long array is converted in pieces. */
function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary);
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}
