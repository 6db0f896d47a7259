import type { RecordedFrame } from "./recording.js";

/** Where ours answers otherwise than what was recorded, on purpose. */
export interface Difference {
  readonly session: string;
  readonly step: string;
  readonly reason: string;
  readonly ours: readonly RecordedFrame[];
}

const text8 = `message number 8 ${"x".repeat(80)}`;
const noTemplateYet =
  "a template literal is known once it was evaluated: an empty stream has none yet, and its first item brings the statics";

export const differences: readonly Difference[] = [
  {
    session: "feed", step: "join", reason: noTemplateYet,
    ours: [["4", "4", "$topic", "phx_reply", {
      status: "ok",
      response: {
        liveview_version: "$version",
        rendered: {
          0: "", 1: { stream: ["0", [], []], k: { kc: 0 }, s: 0 },
          p: {
            0: [""],
            1: ["<div id=\"feed\">\n  ", "\n  <ul id=\"messages\" phx-update=\"stream\">\n    ", "\n  </ul>\n</div>"],
          },
          s: 1, r: 1,
        },
      },
    }]],
  },
  {
    session: "feed", step: "stream", reason: noTemplateYet,
    ours: [["4", null, "$topic", "diff", {
      0: { 0: "8", 1: text8 },
      1: { stream: ["0", [["messages-8", 0, 20, false]], []], k: { 0: { 0: " id=\"messages-8\"", 1: text8 }, kc: 1 }, s: 0 },
      p: { 0: ["<li", ">", "</li>"] },
    }]],
  },
  {
    session: "connected mount: 404", step: "join",
    reason: "the token makes the next GET an error page of this status; ours lets the page's own guards answer that GET",
    ours: [["4", "4", "$topic", "phx_reply", { status: "error", response: { reason: "reload", status: 404 } }]],
  },
];
