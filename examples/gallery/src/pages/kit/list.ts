import { html, liveView } from "holdfast";
import { list } from "holdfast/components";
import { galleryPage } from "../../gallery-page.js";

const Lists = liveView.define({
  name: "Lists",
  authorize: "public",
  render: () => html`
    ${list({ id: "facts", items: [
      { term: "Name", inner: "Aoraki" },
      { term: "Height", inner: "3,724 m" },
      { term: "First climbed", inner: html`<time datetime="1894-12-25">25 December 1894</time>` },
      {
        term: "Text from outside",
        inner: "<b>escaped</b>, and-as-long-as-it-likes-without-a-single-space-in-it-so-that-it-has-to-break-somewhere",
      },
    ] })}`,
});

export const page = galleryPage({
  title: "List",
  path: "/kit/list",
  about: "A description list: terms and their descriptions. On a narrow screen the terms are above.",
  view: Lists,
  url: import.meta.url,
});
