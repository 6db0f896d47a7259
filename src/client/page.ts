/** What the server tells the client, in data attributes of the tag that loads the client (or of any other element). */
interface PageSettings {
  /** The longest text frame that the server accepts, UTF-8 bytes; Infinity if it does not say. */
  readonly frameBytes: number;
  /** The user's identity and draft key, newest secret first: see `drafts/vault.ts`. */
  readonly draftKeys: readonly string[];
}

/** Reads `data-holdfast-frame-bytes` and `data-holdfast-draft-keys`. */
export function pageSettings(root: ParentNode = document): PageSettings {
  const attribute = (name: string): string => root.querySelector(`[${name}]`)?.getAttribute(name) ?? "";
  const bytes = Number(attribute("data-holdfast-frame-bytes"));
  return {
    frameBytes: bytes > 0 ? bytes : Infinity,
    draftKeys: attribute("data-holdfast-draft-keys").split(" ").filter(Boolean),
  };
}

/**
 * The token that proves to the handshake that this page belongs to the application. Read at each connect, because it may
 * change.
 */
export function csrfToken(): string {
  return document.querySelector("meta[name='csrf-token']")?.getAttribute("content") ?? "";
}
