// Tests of the browser suite that are left out on pages that change ten times a second, with the reason: they expect that nothing
// changes, or they fail there although nothing is refused.

const LOOKS = "does the same on the same pages as in light, 1100 px";

/** By file: the beginnings of the names of tests, or of their groups. */
export const UNSUITED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "component-kit": { "light, 390 px": LOOKS, "light, 320 px": LOOKS, "dark, ": LOOKS },
  "event-params": { "each kind of event": "ticks a box that the page renders unticked: each patch sets it back, as LiveView does" },
  gallery: { "changes no node of": "expects that nothing changes" },
  "gallery-hooks": { "afterRender runs after each render": "counts renders" },
  recovery: {
    "recovers when its handler throws": "expects that the other page gets no frame",
    "recovers when its timer throws": "expects that the other page gets no frame",
    "recovers when a timer of Node's own throws": "expects that the other page gets no frame",
    "recovers when nobody awaits its promise": "expects that the other page gets no frame",
  },
  "session-idle": { "somebody who only works": "sets the clock forward, and what was shown a moment ago is shown no longer" },
};
