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
  {
    session: "upload", step: "join", reason: "a template that is one void element is no root to ours: there is nothing in it to skip",
    ours: [ok("4", {
      liveview_version: "$version",
      rendered: {
        0: {
          0: ' id="$upload"', 1: ' name="file"', 2: ' accept=".txt"', 3: ' data-phx-upload-ref="$upload"', 4: ' data-phx-active-refs=""',
          5: ' data-phx-done-refs=""', 6: ' data-phx-preflighted-refs=""', 7: "", 8: "", 9: " multiple", s: 0,
        },
        1: "", 2: "",
        p: {
          0: ["<input", ' type="file"', "", ' data-phx-hook="Phoenix.LiveFileUpload"', "", "", "", "", "", "", ">"],
          1: ['<form id="f" phx-change="validate" phx-submit="save">\n  ', "\n  ", "\n  ", "\n</form>"],
        },
        s: 1, r: 1,
      },
    })],
  },
  ...uploadSteps({
    "change with a file": [ok("5", {
      diff: {
        0: { 4: ' data-phx-active-refs="0"' }, 1: { k: { 0: { 0: ' id="0"', 1: "a.txt", 2: "0" }, kc: 1 }, s: 0 },
        p: { 0: ["<p", ">", " ", "%</p>"] },
      },
    })],
    allow_upload: [ok("6", {
      ref: "$upload", config: { chunk_size: 64_000, chunk_timeout: 10_000, max_file_size: 200_000, max_entries: 2 },
      entries: { 0: "$entry" }, errors: {}, diff: { 0: { 6: ' data-phx-preflighted-refs="0"' } },
    })],
    "join of the file": [["7", "7", "lvu:0", "phx_reply", { status: "ok", response: {} }]],
    progress: [ok("9", { diff: { 1: { k: { 0: { 2: "64" }, kc: 1 } } } })],
    "progress to the end": [ok("11", { diff: { 0: { 5: ' data-phx-done-refs="0"' }, 1: { k: { 0: { 2: "100" }, kc: 1 } } } })],
    submit: [["7", "7", "lvu:0", "phx_close", {}], ok("12", {
      diff: {
        0: { 4: ' data-phx-active-refs=""', 5: ' data-phx-done-refs=""', 6: ' data-phx-preflighted-refs=""' }, 1: { k: { kc: 0 } },
        2: { k: { 0: { 0: "a.txt:100000" }, kc: 1 }, s: 0 }, p: { 0: ["<p>", "</p>"] },
      },
    })],
    "allow_upload of a wrong type and a too big one": [ok("13", {
      ref: "$upload", error: [["1", "not_accepted"], ["2", "too_large"]],
      diff: {
        0: { 4: ' data-phx-active-refs="1,2"', 7: ' data-phx-error-refs="1,2"' },
        1: { k: { 0: { 0: ' id="1"', 1: "a.exe", 2: "0" }, 1: { 0: ' id="2"', 1: "a.txt", 2: "0" }, kc: 2 } },
      },
    })],
  }),
];

/** The recorded input sends all its attributes again, and a consumed file leaves one frame later. */
function uploadSteps(steps: Readonly<Record<string, readonly RecordedFrame[]>>): readonly Difference[] {
  return Object.entries(steps).map(([step, ours]) => ({
    session: "upload", step, ours, reason: "ours sends what changed, and what a handler consumed is gone with its answer",
  }));
}

function ok(ref: string, response: object): RecordedFrame {
  return ["4", ref, "$topic", "phx_reply", { status: "ok", response }];
}
