import { expect, vi } from "vitest";
import type { ComponentHost } from "../../src/diff/index.js";
// @ts-expect-error -- the client's own source, which has no types and is not among its exports
import { default as ClientRendered } from "../../node_modules/phoenix_live_view/assets/js/phoenix_live_view/rendered.js";

// It needs nothing from a browser except the check for structuredClone.
vi.stubGlobal("window", globalThis);

/** For pages without components and nested views. */
export const nobody: ComponentHost = {
  componentNumber: () => expect.unreachable(), viewElement: () => expect.unreachable(), repeat: () => undefined,
  renewed: () => undefined, slotReplaced: () => undefined, itemsRemoved: () => undefined, formsChanged: () => undefined, forgets: () => undefined, names: () => undefined, seal: (event) => event,
};

/** The tree of the real client. */
export interface Client {
  readonly rendered: object;
  mergeDiff(diff: object): void;
  toString(): { buffer: string };
}

/** @param joined the tree of a join's reply; the client modifies it */
export function newClient(joined: object): Client {
  return new ClientRendered("phx-test", joined) as Client;
}

/** The HTML without the client's own marks on skippable roots and components. */
export const withoutMarks = (buffer: string): string => buffer.replace(/ data-phx-(?:id|component|view)="[^"]*"/g, "");

/** A value as it arrives over a socket. */
export const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
