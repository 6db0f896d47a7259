import { readFileSync } from "node:fs";
import type { Frame } from "../support/raw-socket.js";

/** A frame with placeholders: `$topic`, `$base`, `$csrf`, `$session`, `$static`, `$flash`, `$token`, `$version`,
 * `$upload` (the file input's ref), `$entry` (the token of a file). */
export type RecordedFrame = Frame;

/** What the client sent, or what happened, and all that the server sent until the client went on. */
export interface Step {
  readonly what: string;
  readonly send?: readonly RecordedFrame[];
  /** A binary message of so many bytes, all "a". */
  readonly chunk?: { readonly joinRef: string; readonly ref: string; readonly topic: string; readonly bytes: number };
  /** A message on the topic of the feed. */
  readonly broadcast?: { readonly listed: boolean; readonly seq: number };
  readonly receive: readonly RecordedFrame[];
  /** The recording holds this frame in part. */
  readonly partly?: boolean;
}

/** A page that was opened, and what went over its socket. */
export interface Session {
  readonly name: string;
  readonly path: string;
  /** What its handshake has instead of the page's own. */
  readonly open?: { readonly cookie?: string; readonly csrf?: string };
  readonly steps: readonly Step[];
}

/** Sessions recorded from a Phoenix LiveView 1.2.10 server; this folder has them as data. */
export function recorded(file: string): readonly Session[] {
  return JSON.parse(readFileSync(new URL(`${file}.json`, import.meta.url), "utf8")) as Session[];
}

/** A value with each of its strings replaced. `key` is the name that a string stands under. */
export function mapStrings(value: unknown, map: (text: string, key: string | undefined) => unknown, key?: string): unknown {
  if (typeof value === "string") return map(value, key);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, map));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [map(name, undefined), mapStrings(inner, map, name)]));
}
