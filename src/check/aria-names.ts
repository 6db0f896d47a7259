/**
 * The roles and attributes of WAI-ARIA 1.3. A test compares the tables with `aria-query`.
 *
 * @see https://w3c.github.io/aria/
 * @module
 */

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/));
}

/** Roles that authors may use; abstract ones are not among them. */
export const ROLES = words(`alert alertdialog application article banner blockquote button caption cell checkbox code columnheader combobox
  complementary contentinfo definition deletion dialog directory document emphasis feed figure form generic grid gridcell group heading
  img image insertion link list listbox listitem log main mark marquee math menu menubar menuitem menuitemcheckbox menuitemradio meter
  navigation none note option paragraph presentation progressbar radio radiogroup region row rowgroup rowheader scrollbar search searchbox
  separator slider spinbutton status strong subscript superscript switch tab table tablist tabpanel term textbox time timer toolbar
  tooltip tree treegrid treeitem
  doc-abstract doc-acknowledgments doc-afterword doc-appendix doc-backlink doc-biblioentry doc-bibliography doc-biblioref doc-chapter
  doc-colophon doc-conclusion doc-cover doc-credit doc-credits doc-dedication doc-endnote doc-endnotes doc-epigraph doc-epilogue
  doc-errata doc-example doc-footnote doc-foreword doc-glossary doc-glossref doc-index doc-introduction doc-noteref doc-notice
  doc-pagebreak doc-pagefooter doc-pageheader doc-pagelist doc-part doc-preface doc-prologue doc-pullquote doc-qna doc-subtitle doc-tip
  doc-toc graphics-document graphics-object graphics-symbol`);

/**
 * The attributes that a role requires. `option`, `treeitem` and `tab` have a default, and a closed `combobox` controls
 * nothing, so they are not here.
 */
export const REQUIRED: ReadonlyMap<string, readonly string[]> = new Map(Object.entries({
  checkbox: ["aria-checked"], combobox: ["aria-expanded"], heading: ["aria-level"], menuitemcheckbox: ["aria-checked"],
  menuitemradio: ["aria-checked"], meter: ["aria-valuenow"], radio: ["aria-checked"], scrollbar: ["aria-controls", "aria-valuenow"],
  slider: ["aria-valuenow"], switch: ["aria-checked"],
}));

/**
 * The roles that elements have by themselves, where writing them changes nothing. Lists are not among them: Safari drops
 * their role together with their bullets.
 *
 * @see https://w3c.github.io/html-aria/
 */
export const NATIVE_ROLES: ReadonlyMap<string, string> = new Map(Object.entries({
  article: "article", aside: "complementary", button: "button", dialog: "dialog", fieldset: "group", hr: "separator", main: "main",
  meter: "meter", nav: "navigation", option: "option", output: "status", progress: "progressbar", search: "search", table: "table",
  textarea: "textbox", h1: "heading", h2: "heading", h3: "heading", h4: "heading", h5: "heading", h6: "heading",
}));

const BOOLEAN = words("true false");
const OPTIONAL_BOOLEAN = words("true false undefined");
const TRISTATE = words("true false mixed undefined");

/** Each attribute with its allowed words; undefined: a text, a number or ids. */
export const ARIA_ATTRIBUTES: ReadonlyMap<string, ReadonlySet<string> | undefined> = new Map<string, ReadonlySet<string> | undefined>([
  ...[...words(`aria-activedescendant aria-braillelabel aria-brailleroledescription aria-colcount aria-colindex aria-colindextext
    aria-colspan aria-controls aria-describedby aria-description aria-details aria-errormessage aria-flowto aria-keyshortcuts aria-label
    aria-labelledby aria-level aria-owns aria-placeholder aria-posinset aria-roledescription aria-rowcount aria-rowindex
    aria-rowindextext aria-rowspan aria-setsize aria-valuemax aria-valuemin aria-valuenow aria-valuetext`),
  ].map((name) => [name, undefined] as const),
  ...[...words("aria-atomic aria-busy aria-disabled aria-modal aria-multiline aria-multiselectable aria-readonly aria-required")].map(
    (name) => [name, BOOLEAN] as const,
  ),
  ...[...words("aria-expanded aria-grabbed aria-hidden aria-selected")].map((name) => [name, OPTIONAL_BOOLEAN] as const),
  ["aria-checked", TRISTATE],
  ["aria-pressed", TRISTATE],
  ["aria-autocomplete", words("inline list both none")],
  ["aria-current", words("page step location date time true false")],
  ["aria-dropeffect", words("copy execute link move none popup")],
  ["aria-haspopup", words("true false menu listbox tree grid dialog")],
  ["aria-invalid", words("grammar spelling true false")],
  ["aria-live", words("assertive off polite")],
  ["aria-orientation", words("horizontal undefined vertical")],
  ["aria-relevant", words("additions all removals text")],
  ["aria-sort", words("ascending descending none other")],
]);
