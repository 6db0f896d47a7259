import type { Mistake } from "../errors/index.js";
import { checkProps, LIST, TEXT, type Kind, type OptionsPlace } from "../errors/options.js";
import { link, type Attributes } from "../components/index.js";
import { classes, html, keyed, spread, type Content, type Rendered } from "../html/index.js";
import type { EventRef } from "../js/index.js";

/** Which way a column is sorted. */
export type SortDirection = "ascending" | "descending";

/** One column. */
export interface Column<T> {
  /** Unique among the columns. */
  readonly key: string;
  /** Its heading. */
  readonly label: Content;
  /** The content of a row's cell. */
  readonly cell: (row: T) => Content;
  /** True: the table can be sorted by it. Default false. */
  readonly sortable?: boolean | undefined;
  /** Default "start"; use "end" for numbers. */
  readonly align?: "start" | "end" | undefined;
}

/** How the table is sorted, and how to sort it otherwise. */
export type Sorting = {
  /** The key of the column that the rows are sorted by. Default: none. */
  readonly by?: string | undefined;
  /** Which way. Default "ascending". */
  readonly direction?: SortDirection | undefined;
} & (
  | {
    /** The URL of the same view, sorted so. */
    readonly href: (by: string, direction: SortDirection) => string;
    readonly event?: undefined;
  }
  | {
    /** The event that sorts so. */
    readonly event: (bound: { by: string; direction: SortDirection }) => EventRef;
    readonly href?: undefined;
  }
);

/** Rows that the server forgets once they are sent, from `stream`. */
export interface RowStream<T> {
  map(render: (item: T, domId: string) => Content): Content;
}

/** Props of `table`; all other attributes go to the `<table>`. */
export type TableProps<T> = Omit<Attributes, "id"> & {
  /** Unique on the page. */
  readonly id: string;
  /** What the table shows: written above it, and announced by screen readers. */
  readonly caption: Content;
  /** True: the caption is hidden visually, but screen readers announce it. Default false. */
  readonly hideCaption?: boolean | undefined;
  /** From first to last. */
  readonly columns: readonly Column<T>[];
  /** How the rows are sorted, and how its user sorts them otherwise. Default: it cannot be sorted. */
  readonly sort?: Sorting | undefined;
  /** A row's actions, in the last column. Default: no such column. */
  readonly actions?: ((row: T) => Content) | undefined;
  /** The heading of the actions column for screen readers. Default "Actions". */
  readonly actionsLabel?: string | undefined;
  /** Shown if there are no rows. Default: nothing. */
  readonly empty?: Content;
} & (
  | {
    /** The records, or a stream of them. */
    readonly rows: readonly T[];
    /** A row's key, unique in the table; a stream has its own. */
    readonly rowKey: (row: T) => string | number;
  }
  | {
    readonly rows: RowStream<T> | (readonly T[] & Mistake<"a list needs a key for each row: rowKey: (row) => row.id">);
    readonly rowKey?: undefined;
  }
);

const PLACE: OptionsPlace = { of: "table", fix: 'table({ id: "posts", caption: "Posts", columns, rows: posts })' };
const ROWS: Kind = { called: "a list or a stream", fits: (value) => typeof value === "object" && value !== null };

/**
 * A table of records: a list that the server keeps, or a stream. On a narrow screen it scrolls sideways, and
 * only then is it a stop of the Tab key.
 *
 * @example
 * table({
 *   id: "people", caption: "People", rows: people, rowKey: (person) => person.id,
 *   sort: { ...sort, href: (by, direction) => `/people?by=${by}&direction=${direction}` },
 *   columns: [
 *     { key: "name", label: "Name", sortable: true, cell: ({ name }) => name },
 *     { key: "age", label: "Age", align: "end", cell: ({ age }) => age },
 *   ],
 *   actions: ({ id }) => button({ size: "small", inner: "Remove", "phx-click": on.remove({ id }) }),
 * })
 */
export function table<T>(props: TableProps<T>): Rendered {
  checkProps(PLACE, props, { id: TEXT, columns: LIST, rows: ROWS });
  const {
    id, caption, hideCaption = false, columns, sort, actions, actionsLabel = "Actions", empty: _empty, rows: _rows,
    rowKey: _rowKey, class: given, ...attributes
  } = props;
  return html`<div class="hf-table-scroll" id="${id}-scroll" role="region" aria-labelledby="${id}-caption" tabindex="0"
    phx-hook="Holdfast.Scrolled"><table class=${classes("hf-table", given)} id=${id} ${spread(attributes)}>
    <caption class=${classes({ "hf-hidden": hideCaption })} id="${id}-caption">${caption}</caption>
    <thead><tr>
      ${columns.map((column) => heading(column, sort))}
      ${actions !== undefined && html`<th scope="col"><span class="hf-hidden">${actionsLabel}</span></th>`}
    </tr></thead>
    ${body(props)}
  </table></div>`;
}

/** The rows; of a stream beside them, and not among them, what is shown if there are none: CSS shows it, the server knows no count. */
function body<T>({ id, columns, actions, empty, rows, rowKey }: TableProps<T>): Rendered {
  const cells = (row: T): Content => html`
    ${columns.map(({ cell, align }) => html`<td class=${classes({ "hf-end": align === "end" })}>${cell(row)}</td>`)}
    ${actions !== undefined && html`<td class="hf-actions">${actions(row)}</td>`}`;
  const width = columns.length + (actions === undefined ? 0 : 1);
  const none = empty !== undefined && html`<tr class="hf-none" id="${id}-none"><td colspan=${width}>${empty}</td></tr>`;
  if (rowKey === undefined) {
    return html`
      <tbody id="${id}-rows" phx-update="stream">${rows.map((row, domId) => html`<tr id=${domId}>${cells(row)}</tr>`)}</tbody>
      ${empty !== undefined && html`<tbody class="hf-none-stream">${none}</tbody>`}`;
  }
  const kept = rows.length === 0 ? none : keyed(rows, rowKey, (row) => html`<tr id="${id}-${rowKey(row)}">${cells(row)}</tr>`);
  return html`<tbody id="${id}-rows">${kept}</tbody>`;
}

function heading<T>({ key, label, sortable = false, align }: Column<T>, sort: Sorting | undefined): Rendered {
  const now = sort?.by === key ? (sort.direction ?? "ascending") : undefined;
  return html`<th class=${classes({ "hf-end": align === "end" })} scope="col" aria-sort=${sortable ? (now ?? "none") : undefined}>${
    sortable && sort !== undefined ? sorter(key, label, now, sort) : label}</th>`;
}

function sorter(by: string, label: Content, now: SortDirection | undefined, sort: Sorting): Rendered {
  const direction = now === "ascending" ? "descending" : "ascending";
  const inner = html`${label}<span class="hf-sort-mark" aria-hidden="true"></span>`;
  if (sort.href !== undefined) return link({ patch: sort.href(by, direction), class: "hf-sort", inner });
  return html`<button class="hf-sort" type="button" phx-click=${sort.event({ by, direction })}>${inner}</button>`;
}
