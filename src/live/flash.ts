import type { LiveContext } from "./context.js";
import type { Flash } from "./types.js";

/** Seals what the flash holds, for 60 seconds; undefined if it holds nothing. */
export function sealFlash(context: LiveContext, flash: Flash): string | undefined {
  return flash.info === undefined && flash.error === undefined
    ? undefined
    : context.keyring.seal("flash", flash, { ttlMs: context.limits.flashMs });
}

/** Opens a sealed flash; empty for anything else. */
export function openFlash(context: LiveContext, token: unknown): Flash {
  const value = context.keyring.open("flash", token)?.value;
  return typeof value === "object" && value !== null ? (value as Flash) : {};
}
