import type { LiveContext } from "./context.js";
import type { Flash } from "./types.js";

/** Seals what the flash holds, for one session and `flashMs`; undefined if it holds nothing. */
export function sealFlash(context: LiveContext, flash: Flash, sessionId: string): string | undefined {
  return flash.info === undefined && flash.error === undefined
    ? undefined
    : context.keyring.seal("flash", flash, { ttlMs: context.limits.flashMs, bind: sessionId });
}

/** Opens a flash that was sealed for this session; empty for anything else. */
export function openFlash(context: LiveContext, token: unknown, sessionId: string): Flash {
  const value = context.keyring.open("flash", token, { bind: sessionId })?.value;
  return typeof value === "object" && value !== null ? (value as Flash) : {};
}
