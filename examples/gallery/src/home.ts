import { html, link, liveView } from "holdfast";
import { chapters } from "./registry.js";

/** The first page: an overview of all pages. */
export const Home = liveView.define({
  name: "Home",
  authorize: "public",
  render: () => html`
    <h1>What a live page can do</h1>
    <p class="about">Each page of this gallery shows one thing that a Holdfast view does, explains it in two sentences,
      and shows the file that does it. The client is Phoenix LiveView’s, as npm has it.</p>
    <div class="cards">${chapters.map((chapter) => html`
      <section>
        <h2>${chapter.title}</h2>
        <ul>${chapter.pages.map((page) => html`<li>${link({ navigate: page.path, inner: page.title })}</li>`)}</ul>
      </section>`)}
    </div>`,
});
