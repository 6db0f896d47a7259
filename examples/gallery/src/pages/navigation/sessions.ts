import { html, liveView } from "holdfast";
import { galleryPage } from "../../gallery-page.js";
import { navigateLink, patchLink } from "../../links.js";

export const ROOT = "/navigation/sessions";

const Inside = liveView.define({
  name: "Inside",
  authorize: "public",
  events: { leave: { handle: (socket) => socket.pushNavigate(`${ROOT}/other`) } },
  render: (_assigns, on) => html`
    <h2 id="where">The gallery’s live session</h2>
    <p class="row">${navigateLink(`${ROOT}/other`, "Another live session", { id: "other" })}
      ${patchLink(`${ROOT}/other`, "the same, as a patch", { id: "other-patch" })}
      ${navigateLink(`${ROOT}/plain`, "A plain route", { id: "plain" })}
      <button id="leave" phx-click=${on.leave}>pushNavigate to the other session</button></p>`,
});

/** Lives in a live session of its own: see `app.ts`. */
export const Outside = liveView.define({
  name: "Outside",
  authorize: "public",
  render: () => html`
    <h2 id="where">Another live session</h2>
    <p>The browser loaded this page, and the hooks of its session ran over HTTP first.</p>
    <p>${navigateLink(ROOT, "Back", { id: "back" })}</p>`,
});

export const page = galleryPage({
  title: "Out of the live session",
  path: ROOT,
  about: "A live session is a border: its views share their guards, and one leaves it only through HTTP. So a link to another " +
    "session’s view or to a plain route is a full page load, whatever kind of link it is.",
  view: Inside,
  url: import.meta.url,
});
