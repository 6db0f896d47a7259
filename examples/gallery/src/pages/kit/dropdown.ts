import { html, liveView } from "holdfast";
import { dropdown } from "holdfast/components";
import { galleryPage } from "../../gallery-page.js";

const Dropdowns = liveView.define({
  name: "Dropdowns",
  authorize: "public",
  mount: () => ({ done: "nothing" }),
  events: {
    copy: { handle: (socket) => socket.assign({ done: "copied" }) },
    remove: { handle: (socket) => socket.assign({ done: "removed" }) },
  },
  render: ({ done }, on) => html`
    <div class="row">${dropdown({
      id: "more", label: "More", items: [
        { inner: "To the tabs", navigate: "/kit/tabs" },
        { inner: "Make a copy", click: on.copy },
        { inner: "Remove", click: on.remove, danger: true },
      ],
    })}</div>
    <p>Done: <b id="done">${done}</b></p>`,
});

export const page = galleryPage({
  title: "Dropdown",
  path: "/kit/dropdown",
  about: "A button that shows links and actions. Escape hides them and goes back to the button, a click elsewhere hides them, " +
    "and an update of the page leaves them open.",
  view: Dropdowns,
  url: import.meta.url,
});
