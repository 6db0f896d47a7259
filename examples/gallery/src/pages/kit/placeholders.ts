import { assignAsync, asyncResult, html, liveView } from "holdfast";
import { button, emptyState, skeleton } from "holdfast/components";
import { setTimeout as wait } from "node:timers/promises";
import { galleryPage } from "../../gallery-page.js";

const load = async (signal: AbortSignal): Promise<readonly string[]> => {
  await wait(500, undefined, { signal });
  return [];
};

const Placeholders = liveView.define({
  name: "Placeholders",
  authorize: "public",
  mount: () => ({ letters: assignAsync(load) }),
  events: { again: { handle: (socket) => socket.assignAsync("letters", load, { reset: true }) } },
  render: ({ letters }, on) => html`
    ${asyncResult(letters, {
      loading: skeleton({ lines: 4 }),
      failed: "not available",
      ok: () => emptyState({
        title: "No letters", inner: "When somebody writes to you, it is here.",
        action: button({ inner: "Look again", id: "again", "phx-click": on.again }),
      }),
    })}`,
});

export const page = galleryPage({
  title: "Empty state and skeleton",
  path: "/kit/placeholders",
  about: "The outline of content that is still loading, and a placeholder for an empty list. Screen readers announce that " +
    "something is loading.",
  view: Placeholders,
  url: import.meta.url,
});
