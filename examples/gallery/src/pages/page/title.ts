import { html, liveView } from "holdfast";
import { z } from "zod";
import { galleryPage } from "../../gallery-page.js";

const Title = liveView.define({
  name: "Title",
  authorize: "public",
  mount(socket) {
    socket.pageTitle("A title");
    return { unread: 0 };
  },
  events: {
    unread: {
      handle(socket) {
        const unread = socket.assigns.unread + 1;
        socket.assign({ unread });
        socket.pageTitle(`(${unread}) A title`);
      },
    },
    rename: {
      params: z.object({ title: z.string().max(60) }),
      handle: (socket, { title }) => socket.pageTitle(title),
    },
  },
  render: ({ unread }, on) => html`
    <p><button id="unread" phx-click=${on.unread}>${unread} unread</button></p>
    <form id="rename" class="row" phx-submit=${on.rename}>
      <input name="title" id="title" aria-label="Title" placeholder="A title of your own" autocomplete="off">
      <button id="save">Set it</button>
    </form>`,
});

export const page = galleryPage({
  title: "The page’s title",
  path: "/page/title",
  about: "A view sets the document’s title in mount and whenever it likes, and the root layout’s prefix and " +
    "suffix stay around it. It is text: a title is never taken for HTML.",
  view: Title,
  url: import.meta.url,
});
