import { html, link, liveView } from "holdfast";
import { galleryPage } from "../../gallery-page.js";

const ROOT = "/navigation/sessions";

const Inside = liveView.define({
  name: "Inside",
  authorize: "public",
  mount: (socket) => ({
    ways: [ROOT, "/lists/keyed", `${ROOT}/other`, `${ROOT}/plain`].map((to) => ({ to, type: socket.navigationType(to) })),
  }),
  events: { leave: { handle: (socket) => socket.pushNavigate(`${ROOT}/other`) } },
  render: ({ ways }, on) => html`
    <h2 id="where">The gallery’s live session</h2>
    <p class="row">${link({ navigate: `${ROOT}/other`, id: "other", inner: "Another live session" })}
      ${link({ patch: `${ROOT}/other`, id: "other-patch", inner: "the same, as a patch" })}
      ${link({ navigate: `${ROOT}/plain`, id: "plain", inner: "A plain route" })}
      <button id="leave" phx-click=${on.leave}>pushNavigate to the other session</button></p>
    <dl id="ways" class="facts">${ways.map(({ to, type }) => html`<dt><code>${to}</code></dt><dd>${type}</dd>`)}</dl>`,
});

const Outside = liveView.define({
  name: "Outside",
  authorize: "public",
  render: () => html`
    <h2 id="where">Another live session</h2>
    <p>The browser loaded this page, and the hooks of its session ran over HTTP first.</p>
    <p>${link({ navigate: ROOT, id: "back", inner: "Back" })}</p>`,
});

export const page = galleryPage({
  title: "Out of the live session",
  path: ROOT,
  about: "A live session is a border: its views share their guards, and users leave it only through HTTP. So a link to " +
    "another session’s view or to a plain route is a full page load, whatever kind of link it is; navigationType " +
    "tells beforehand.",
  routes: [{ path: ROOT, view: Inside }, { path: `${ROOT}/other`, view: Outside, session: "other" }],
  url: import.meta.url,
});
