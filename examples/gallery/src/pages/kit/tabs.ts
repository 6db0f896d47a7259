import { html, liveView } from "holdfast";
import { button, tabs } from "holdfast/components";
import { galleryPage } from "../../gallery-page.js";

const Tabs = liveView.define({
  name: "Tabs",
  authorize: "public",
  mount: () => ({ count: 0, seen: 0 }),
  events: {
    add: { handle: (socket) => socket.update("count", (count) => count + 1) },
    seen: { handle: (socket) => socket.update("seen", (seen) => seen + 1) },
  },
  render: ({ count, seen }, on) => html`
    ${tabs({
      id: "account", label: "Account", tabs: [
        { key: "profile", label: "Profile", inner: html`<p>The browser shows another tab without asking the server.</p>` },
        {
          key: "counter", label: "Counter",
          inner: html`<p class="row">${button({ inner: "Add one", id: "add", "phx-click": on.add })} <b id="count">${count}</b></p>`,
        },
        {
          key: "log", label: "Log", onSelect: on.seen,
          inner: html`<p>The server was told <b id="seen">${seen}</b> times that this was opened.</p>`,
        },
      ],
    })}`,
});

export const page = galleryPage({
  title: "Tabs",
  path: "/kit/tabs",
  about: "Panels of which one is shown. An update of the page leaves the chosen tab open; a tab can tell the server that " +
    "it was chosen, or put itself into the URL.",
  view: Tabs,
  url: import.meta.url,
});
