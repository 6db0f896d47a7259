import type { Flash, LiveContext } from "../../socket/index.js";

/** Seals the flash for 60 seconds and one session; undefined if it is empty. */
export function sealFlash(context: LiveContext, flash: Flash, sessionId: string): string | undefined {
  return Object.keys(flash).length === 0
    ? undefined
    : context.keyring.seal("flash", flash, { ttlMs: context.limits.flashMs, bind: sessionId });
}

/** Opens a sealed flash; empty for an invalid one, and for another session's. */
export function openFlash(context: LiveContext, token: unknown, sessionId: string): Flash {
  const value = context.keyring.open("flash", token, { bind: sessionId })?.value;
  return typeof value === "object" && value !== null ? (value as Flash) : {};
}
