// Tests of the browser suite that say nothing about a page that changes ten times a second, with the reason. They are left out there.

/** By file: the beginnings of tests' names. */
export const UNSUITED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  gallery: { "changes no node of": "expects that nothing changes" },
  "gallery-hooks": { "afterRender runs after each render": "counts renders" },
  recovery: {
    "recovers when its handler throws": "expects that the other page gets no frame",
    "recovers when its timer throws": "expects that the other page gets no frame",
    "recovers when a timer of Node's own throws": "expects that the other page gets no frame",
    "recovers when nobody awaits its promise": "expects that the other page gets no frame",
  },
  "gallery-streams": { "begins anew when somebody jumps to its top": "jumps while a page of rows is on its way, and never again" },
  "live-forms": { "items are dragged by their handle": "drags a second time while the first is unanswered: its patch restores the order" },
  "gallery-uploads": { "that lose the connection before they are sent": "expects a console without the 404 of a preview that was replaced meanwhile" },
  drafts: {
    "ends when the server has taken the form": "reads the fields before the answer has come",
    "does not reload the page while the server is away": "counts what the console says of the proxy",
  },
};
