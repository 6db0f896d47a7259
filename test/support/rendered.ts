import { expect, vi } from "vitest";
import type { ComponentHost } from "../../src/diff/index.js";
// @ts-expect-error -- the client's own source, which has no types and is not among its exports
import { default as ClientRendered } from "../../node_modules/phoenix_live_view/assets/js/phoenix_live_view/rendered.js";

// All that it wants of a browser is to ask whether structuredClone is there.
vi.stubGlobal("window", globalThis);

/** For pages without components and nested views. */
export const nobody: ComponentHost = {
  componentNumber: () => expect.unreachable(), viewElement: () => expect.unreachable(), repeat: () => undefined,
  renewed: () => undefined, replaced: () => undefined, forgets: () => undefined, seal: (event) => event,
};

/** The tree of the real client. */
export interface Client {
  mergeDiff(diff: object): void;
  toString(): { buffer: string };
}

/** @param joined the tree that a join was answered with; it becomes the client's own */
export function newClient(joined: object): Client {
  return new ClientRendered("phx-test", joined) as Client;
}

/** The client marks roots that it may skip, and components; the marks are not the page's. */
export const withoutMarks = (buffer: string): string => buffer.replace(/ data-phx-(?:id|component|view)="[^"]*"/g, "");

/** What arrives on the other side of a socket. */
export const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
