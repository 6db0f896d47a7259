import { describe, expect, test } from "vitest";
import { toForm } from "../components/index.js";
import { html, renderToString, type Content } from "../html/index.js";
import { EventRef, JS } from "../js/index.js";
import {
  button, checkbox, checkboxGroup, dropdown, emptyState, flash, input, list, modal, optionsOf, optionTags, pagination, radioGroup, select,
  skeleton, table, tabs, textarea, type AnyField,
} from "./index.js";
import { steps } from "./pagination.js";

/** Without the space between tags, which a browser shows in none of these places. */
const text = (content: Content): string =>
  renderToString(html`<i>${content}</i>`).slice(3, -4).replaceAll(/\s+/g, " ").replaceAll("> <", "><").trim();
const HOSTILE = `"'><script>alert(1)</script>`;
const data = toForm({ title: "Tea", kind: "b", tags: ["x"], due: new Date("2026-11-26T10:20:30Z"), ok: true, n: 7 }, {
  as: "post", errors: { title: "is too short", tags: ["one", "two"] }, action: "save",
});

describe("fields", () => {
  test("have their label, and refer to help and errors", () => {
    const out = text(input({ field: data.field("title"), label: "Title", help: "Short", required: true }));
    expect(out).toContain('<label class="hf-label" for="post_title">Title<span class="hf-required" aria-hidden="true">*</span></label>');
    expect(out).toContain('id="post_title" name="post[title]" type="text" value="Tea" aria-invalid="true" aria-describedby="post_title-help post_title-errors" required');
    expect(out).toContain('<p class="hf-help" id="post_title-help">Short</p>');
    expect(out).toContain('<div class="hf-errors" id="post_title-errors" aria-live="polite"><p class="hf-error">is too short</p></div>');
  });
  test("without help and errors point at nothing, and the place of the errors is there", () => {
    const out = text(input({ field: data.field("n"), label: "n", type: "number", min: 1 }));
    expect(out).not.toMatch(/aria-describedby|aria-invalid|hf-help/);
    expect(out).toContain('<div class="hf-errors" id="post_n-errors" aria-live="polite"></div>');
    expect(out).toContain('type="number" value="7" min="1"');
  });
  test.each([["date", "2026-11-26"], ["datetime-local", "2026-11-26T10:20"], ["time", "10:20"], ["month", "2026-11"]] as const)(
    "a Date in a field of type %s", (type, value) => {
      expect(text(input({ field: data.field("due"), label: "Due", type }))).toContain(`value="${value}"`);
    });
  test("an invalid Date is no value, and a file has none", () => {
    expect(text(input({ name: "d", label: "D", type: "date", value: new Date(Number.NaN) }))).not.toContain("value=");
    expect(text(input({ name: "f", label: "F", type: "file", value: "/etc/passwd" }))).not.toContain("value=");
  });
  test("attributes and bindings pass through; classes are added; attributes that the component writes cannot be overridden", () => {
    const out = text(input({ name: "q", label: "Q", class: ["wide", { on: true }], "phx-debounce": "blur", "data-x": 1, "phx-focus": JS.focus() }));
    expect(out).toContain('class="hf-input wide on"');
    expect(out).toContain('phx-debounce="blur" data-x="1" phx-focus="[[');
    expect(() => text(input({ name: "q", label: "Q", ...({ TYPE: "hidden" } as object) }))).toThrow(/template_/);
    expect(() => text(input({ name: "q", label: "Q", ...({ onclick: "x" } as object) }))).toThrow(/template_/);
  });
  test("hostile text stays text everywhere", () => {
    const field = { id: HOSTILE, name: HOSTILE, value: HOSTILE, values: [HOSTILE], errors: [HOSTILE] };
    for (const rendered of [
      input({ field, label: HOSTILE, help: HOSTILE }), textarea({ field, label: HOSTILE }), checkbox({ field, label: HOSTILE }),
      select({ field, label: HOSTILE, options: [HOSTILE], prompt: HOSTILE }), radioGroup({ field, label: HOSTILE, options: [HOSTILE] }),
      list({ items: [{ term: HOSTILE, inner: HOSTILE }] }), flash({ flash: { info: HOSTILE } }), emptyState({ title: HOSTILE }), skeleton({ label: HOSTILE }),
    ]) expect(text(rendered)).not.toContain("<script");
  });
  test("a textarea keeps a first newline", () => {
    expect(renderToString(textarea({ name: "t", label: "T", value: "\na" }))).toContain(">\n\na</textarea>");
  });
});

describe("choices", () => {
  test("options are values, labels and groups, and those chosen are selected", () => {
    expect(text(select({ field: data.field("kind"), label: "Kind", prompt: "?", options: ["a", { value: "b", label: "B", disabled: true }] })))
      .toContain('<option value="">?</option><option value="a">a</option><option value="b" selected disabled>B</option>');
    expect(text(optionTags([{ label: "G", options: [1, 2] }], ["2"])))
      .toBe('<optgroup label="G"><option value="1">1</option><option value="2" selected>2</option></optgroup>');
    expect(optionsOf([{ a: 1 }], ({ a }) => a, ({ a }) => `n${a}`)).toEqual([{ value: 1, label: "n1" }]);
  });
  test("several form a list, and its name ends in []", () => {
    expect(text(select({ field: data.field("tags"), label: "Tags", multiple: true, options: ["x", "y"] })))
      .toMatch(/name="post\[tags\]\[\]" multiple size="2".*<option value="x" selected>x/);
    expect(text(checkboxGroup({ field: data.field("tags"), label: "Tags", options: ["x", "y"], required: true })))
      .toMatch(/<input class="hf-box" type="checkbox" id="post_tags-0" name="post\[tags\]\[\]" value="x" checked aria-invalid="true"><span>x/);
  });
  test("a box is ticked by true and by what it sends", () => {
    const ticked = (value: unknown): boolean => text(checkbox({ name: "ok", label: "OK", value })).includes(" checked");
    expect([true, "true", false, undefined, null, "", "false"].map(ticked)).toEqual([true, true, false, false, false, false, false]);
    expect(text(checkbox({ field: data.field("ok"), label: "OK", unticked: "false" }))).toContain('<input type="hidden" name="post[ok]" value="false">');
  });
  test("a group is a fieldset with a legend and all of its errors", () => {
    const out = text(radioGroup({ field: data.field("tags") as AnyField, label: "Tags", options: ["x"] }));
    expect(out).toMatch(/^<fieldset class="hf-field hf-group" id="post_tags" role="radiogroup" aria-describedby="post_tags-errors"><legend class="hf-label">Tags<\/legend>/);
    expect(out).toContain('<p class="hf-error">one</p><p class="hf-error">two</p>');
  });
});

describe("actions", () => {
  const event = new EventRef("go");
  test("a button submits only if it says so", () => {
    expect(text(button({ inner: "x", "phx-click": event }))).toBe('<button class="hf-button hf-button-secondary" type="button" phx-click="go">x</button>');
    expect(text(button({ type: "submit", busy: "…", size: "small", inner: "x" })))
      .toBe('<button class="hf-button hf-button-primary hf-button-small" type="submit" phx-disable-with="…">x</button>');
  });
  test("a dropdown's entries lead somewhere or do something", () => {
    const out = text(dropdown({ id: "d", label: "More", items: [{ inner: "a", navigate: "/a" }, { inner: "b", click: event }, { inner: "c", href: "javascript:x" }] }));
    expect(out).toContain('aria-expanded="false" aria-controls="d-list"');
    expect(out).toContain('href="about:invalid#blocked"');
    expect(out).toMatch(/<button class="hf-menu-item" type="button" phx-click="[^"]*push[^"]*go/);
  });
  test("a modal names its title, and is open from the start only if it says so", () => {
    const out = text(modal({ id: "m", title: "T", inner: "x" }));
    expect(out).toContain('role="dialog" aria-modal="true" aria-labelledby="m-title"');
    expect(out).not.toContain("phx-mounted");
    expect(text(modal({ id: "m", title: "T", inner: "x", open: true, onClose: event }))).toMatch(/phx-mounted=.*phx-remove=.*data-js-close="[^"]*push[^"]*go/);
  });
  test("of tabs one is selected, and the other panels are hidden", () => {
    const out = text(tabs({ id: "t", label: "T", selected: "b", tabs: [{ key: "a", label: "A", inner: "1" }, { key: "b", label: "B", inner: "2" }] }));
    expect(out).toMatch(/id="t-a-tab" aria-controls="t-a" aria-selected="false"/);
    expect(out).toMatch(/id="t-b-tab" aria-controls="t-b" aria-selected="true"/);
    expect(out).toMatch(/id="t-a" aria-labelledby="t-a-tab" tabindex="0" hidden>1.*id="t-b" aria-labelledby="t-b-tab" tabindex="0">2/);
  });
});

describe("records", () => {
  const columns = [{ key: "n", label: "N", sortable: true, cell: ({ n }: { n: number }) => n }, { key: "x", label: "X", cell: () => "x" }];
  test("a sorted column says so, and its link sorts the other way", () => {
    const href = (by: string, direction: string): string => `/t?by=${by}&direction=${direction}`;
    const out = text(table({ id: "t", caption: "T", rows: [{ n: 1 }], rowKey: ({ n }) => n, columns, sort: { by: "n", direction: "ascending", href } }));
    expect(out).toContain('aria-sort="ascending"');
    expect(out).toContain('href="/t?by=n&amp;direction=descending"');
    expect(out).toContain('<tr id="t-1">');
    expect(out.match(/aria-sort/g)).toHaveLength(1);
  });
  test("without rows something else is shown over all columns", () => {
    const out = text(table({ id: "t", caption: "T", rows: [] as { n: number }[], rowKey: ({ n }) => n, columns, actions: () => "a", empty: "none" }));
    expect(out).toContain('<td colspan="3">none</td>');
  });
  test.each([
    [1, 1, [1]], [1, 3, [1, 2, 3]], [6, 12, [1, "gap", 5, 6, 7, "gap", 12]], [1, 12, [1, 2, "gap", 12]], [4, 12, [1, 2, 3, 4, 5, "gap", 12]],
    [9, 12, [1, "gap", 8, 9, 10, 11, 12]], [12, 12, [1, "gap", 11, 12]],
  ])("page %d of %d", (page, pages, shown) => {
    expect(steps(page, pages)).toEqual(shown);
  });
  test("a single page has no pagination, and the ends lead nowhere", () => {
    expect(text(pagination({ page: 1, pages: 1, href: String }))).toBe("");
    expect(text(pagination({ page: 1, pages: 2, href: (page) => `/p/${page}` }))).toContain('<span class="hf-page-end" aria-disabled="true">Previous</span>');
  });
  test("flash of any kind: screen readers announce errors immediately, others in a pause, empty ones not at all", () => {
    const out = text(flash({ flash: { error: "E", own: "O", info: "" }, titles: { own: "Title" } }));
    expect(out).toMatch(/id="flash-error" role="alert" data-kind="error".*id="flash-own" role="status" data-kind="own"/);
    expect(out).toContain('<p class="hf-message-title">Title</p>');
    expect(out).not.toContain("flash-info");
  });
});
