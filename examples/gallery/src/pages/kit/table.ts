import { html, liveView, stream } from "holdfast";
import { button, emptyState, table } from "holdfast/components";
import { z } from "zod";
import { galleryPage } from "../../gallery-page.js";

interface Mountain {
  readonly id: number;
  readonly name: string;
  readonly country: string;
  readonly height: number;
}
const MOUNTAINS: readonly Mountain[] = [
  { id: 1, name: "Aoraki", country: "New Zealand", height: 3724 }, { id: 2, name: "Huascarán", country: "Peru", height: 6768 },
  { id: 3, name: "Pico", country: "Portugal", height: 2351 }, { id: 4, name: "Ruapehu", country: "New Zealand", height: 2797 },
];
const By = z.enum(["name", "height"]);
const Direction = z.enum(["ascending", "descending"]);

function sorted(mountains: readonly Mountain[], by: z.infer<typeof By>, direction: z.infer<typeof Direction>): Mountain[] {
  const ascending = mountains.toSorted((a, b) => (by === "name" ? a.name.localeCompare(b.name) : a.height - b.height));
  return direction === "ascending" ? ascending : ascending.reverse();
}

const Table = liveView.define({
  name: "Table",
  params: z.object({ by: By.default("name"), direction: Direction.default("ascending") }),
  authorize: "public",
  mount: (_socket, { params }) => ({ mountains: MOUNTAINS, sort: params, log: stream<{ id: number; text: string }>([]), next: 1 }),
  handleParams: (socket, { params }) => socket.assign({ sort: params }),
  events: {
    remove: {
      bind: z.object({ id: z.number() }),
      handle: (socket, { id }) => socket.update("mountains", (all) => all.filter((one) => one.id !== id)),
    },
    note: {
      handle(socket) {
        const id = socket.assigns.next;
        socket.streamInsert("log", { id, text: `Note ${id}` }, { at: 0 });
        socket.assign({ next: id + 1 });
      },
    },
    forget: { bind: z.object({ id: z.number() }), handle: (socket, { id }) => socket.streamDelete("log", { id, text: "" }) },
  },
  render: ({ mountains, sort: { by, direction }, log }, on) => html`
    ${table({
      id: "mountains", caption: "Mountains",
      rows: sorted(mountains, by, direction),
      rowKey: ({ id }) => id,
      sort: { by, direction, href: (next, way) => `/kit/table?by=${next}&direction=${way}` },
      columns: [
        { key: "name", label: "Name", sortable: true, cell: ({ name }) => name },
        { key: "country", label: "Country", cell: ({ country }) => country },
        { key: "height", label: "Height, m", sortable: true, align: "end", cell: ({ height }) => height },
      ],
      actions: ({ id, name }) => button({ size: "small", inner: "Remove", "aria-label": `Remove ${name}`, "phx-click": on.remove({ id }) }),
      empty: emptyState({ title: "No mountains left", inner: "Reload the page to bring them back." }),
    })}
    <h2>The same with a stream</h2>
    <p class="row">${button({ inner: "Take a note", id: "note", "phx-click": on.note })}</p>
    ${table({
      id: "notes", caption: "Notes", rows: log, empty: emptyState({ title: "No notes yet" }),
      columns: [{ key: "text", label: "Text", cell: ({ text }) => text }],
      actions: ({ id }) => button({ size: "small", inner: "Forget", "aria-label": `Forget note ${id}`, "phx-click": on.forget({ id }) }),
    })}`,
});

export const page = galleryPage({
  title: "Table",
  path: "/kit/table",
  about: "Columns sorted by the URL or by an event, a last column of actions, and a placeholder for an empty table. Its " +
    "rows are a list that the server keeps, or a stream that it forgets.",
  view: Table,
  url: import.meta.url,
});
