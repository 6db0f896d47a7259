import type { Flash, LiveContext } from "../../socket/index.js";

/** Seals what the flash holds, for 60 seconds and for one session; undefined if it holds nothing. */
export function sealFlash(context: LiveContext, flash: Flash, sessionId: string): string | undefined {
  return Object.keys(flash).length === 0
    ? undefined
    : context.keyring.seal("flash", flash, { ttlMs: context.limits.flashMs, bind: sessionId });
}

/** Opens a sealed flash; empty for anything else, and for another session's. */
export function openFlash(context: LiveContext, token: unknown, sessionId: string): Flash {
  const value = context.keyring.open("flash", token, { bind: sessionId })?.value;
  return typeof value === "object" && value !== null ? (value as Flash) : {};
}
