import { html, liveView } from "holdfast";
import { pagination } from "holdfast/components";
import { z } from "zod";
import { galleryPage } from "../../gallery-page.js";

const PAGES = 12;

const Pagination = liveView.define({
  name: "Pagination",
  params: z.object({ page: z.coerce.number().int().min(1).max(PAGES).default(1) }),
  authorize: "public",
  mount: (_socket, { params }) => ({ shown: params.page }),
  handleParams: (socket, { params }) => socket.assign({ shown: params.page }),
  render: ({ shown }) => html`
    <p>This is page <b id="page">${shown}</b> of ${PAGES}.</p>
    ${pagination({ page: shown, pages: PAGES, href: (to) => `/kit/pagination?page=${to}` })}`,
});

export const page = galleryPage({
  title: "Pagination",
  path: "/kit/pagination",
  about: "Links to the first page, the last, and those around this one. They patch the URL, so the back button works; a " +
    "page that does not exist is a 404.",
  view: Pagination,
  url: import.meta.url,
});
