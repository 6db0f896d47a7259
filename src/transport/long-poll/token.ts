import type { Keyring } from "../../security/index.js";

/** Identifies a socket across all nodes. */
export interface SocketName {
  /** The node that has it. */
  readonly node: string;
  /** The endpoint of that node. */
  readonly endpoint: string;
  readonly id: string;
}

/**
 * Seals the name of a socket into the token of its polls. Each response brings a new one, so it need only live for the
 * longest time between two polls.
 *
 * @param owner identifies the session and path: nobody else's request opens the token
 */
export function sealName(keyring: Keyring, name: SocketName, owner: string, ttlMs: number): string {
  return keyring.seal("longpoll", name, { ttlMs, bind: owner });
}

/** The name in a token; undefined if it belongs to another owner, has expired, or was not sealed here. */
export function openName(keyring: Keyring, token: unknown, owner: string): SocketName | undefined {
  const value = keyring.open("longpoll", token, { bind: owner })?.value;
  if (typeof value !== "object" || value === null) return undefined;
  const { node, endpoint, id } = value as Partial<Record<keyof SocketName, unknown>>;
  return typeof node === "string" && typeof endpoint === "string" && typeof id === "string" ? { node, endpoint, id } : undefined;
}
