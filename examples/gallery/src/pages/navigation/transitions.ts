import { classes, html, keyed, link, liveView } from "holdfast";
import { z } from "zod";
import { galleryPage } from "../../gallery-page.js";

const ROOT = "/navigation/transitions";
const BIRDS = [
  { key: "kea", name: "Kea", about: "A parrot of the mountains, which takes cars apart." },
  { key: "weka", name: "Weka", about: "A rail that does not fly, and that steals sandwiches." },
  { key: "tui", name: "Tūī", about: "A honeyeater with two voice boxes, which imitates telephones." },
] as const;
const KEYS = BIRDS.map(({ key }) => key);

const Transitions = liveView.define({
  name: "Transitions",
  params: z.object({ bird: z.enum(KEYS).default("kea") }),
  authorize: "public",
  mount: () => ({ seen: 0, bird: "kea" as (typeof KEYS)[number] }),
  handleParams: (socket, { params: { bird } }) => socket.assign({ bird }),
  events: { see: { handle: (socket) => socket.update("seen", (seen) => seen + 1) } },
  render: ({ bird, seen }, on) => html`
    <ul class="birds">${keyed(BIRDS, ({ key }) => key, ({ key, name, about }) => html`
      <li class=${classes("bird", { chosen: key === bird })}>
        ${link({ patch: `${ROOT}?bird=${key}`, id: key, "aria-current": key === bird && "true", inner: name })}
        ${key === bird && html`<p id="about">${about}</p>`}
      </li>`)}</ul>
    <p><button id="see" phx-click=${on.see}>Seen ${seen} times</button></p>`,
});

export const page = galleryPage({
  title: "View transitions",
  path: ROOT,
  about: "Going to another URL is animated by the browser, because connect was told viewTransitions; other updates, like the " +
    "button’s, are not. Users who prefer less motion see none.",
  view: Transitions,
  url: import.meta.url,
});
