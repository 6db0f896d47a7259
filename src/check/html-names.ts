/**
 * The elements and attributes of HTML that are not obsolete. A test compares the table with `html-element-attributes`.
 *
 * @see https://html.spec.whatwg.org/multipage/indices.html
 * @module
 */

const GLOBAL = words(`accesskey autocapitalize autocorrect autofocus class contenteditable dir draggable enterkeyhint exportparts
  hidden id inert inputmode is itemid itemprop itemref itemscope itemtype lang nonce part popover role slot spellcheck style
  tabindex title translate writingsuggestions`);

const FETCH = "crossorigin fetchpriority integrity referrerpolicy";
const FORM_SUBMISSION = "formaction formenctype formmethod formnovalidate formtarget";
const MEDIA = "autoplay controls controlslist crossorigin disableremoteplayback loop muted preload src";
const POPOVER = "command commandfor popovertarget popovertargetaction";

/** Each element with its own attributes, without the global ones. */
const ELEMENTS: ReadonlyMap<string, ReadonlySet<string>> = new Map(Object.entries({
  a: "download href hreflang ping referrerpolicy rel target type",
  area: "alt coords download href ping referrerpolicy rel shape target",
  audio: MEDIA,
  base: "href target",
  blockquote: "cite",
  button: `disabled form ${FORM_SUBMISSION} name type value ${POPOVER}`,
  canvas: "height width",
  col: "span",
  colgroup: "span",
  data: "value",
  del: "cite datetime",
  details: "name open",
  dialog: "closedby open",
  embed: "height src type width",
  fieldset: "disabled form name",
  form: "accept-charset action autocomplete enctype method name novalidate rel target",
  html: "",
  iframe: "allow allowfullscreen height loading name referrerpolicy sandbox src srcdoc width",
  img: `alt decoding height ismap loading sizes src srcset usemap width ${FETCH}`,
  input: `accept alpha alt autocomplete capture checked colorspace dirname disabled form ${FORM_SUBMISSION} height list max maxlength min
    minlength multiple name pattern placeholder popovertarget popovertargetaction readonly required size src step type value
    webkitdirectory width`,
  ins: "cite datetime",
  label: "for",
  li: "value",
  link: `as blocking color disabled href hreflang imagesizes imagesrcset media rel sizes type ${FETCH}`,
  map: "name",
  meta: "charset content http-equiv media name property",
  meter: "high low max min optimum value",
  object: "data form height name type width",
  ol: "reversed start type",
  optgroup: "disabled label",
  option: "disabled label selected value",
  output: "for form name",
  progress: "max value",
  q: "cite",
  script: `async blocking defer nomodule src type ${FETCH}`,
  select: "autocomplete disabled form multiple name required size",
  slot: "name",
  source: "height media sizes src srcset type width",
  style: "blocking media",
  td: "colspan headers rowspan",
  template: "shadowrootclonable shadowrootcustomelementregistry shadowrootdelegatesfocus shadowrootmode shadowrootserializable",
  textarea: "autocomplete cols dirname disabled form maxlength minlength name placeholder readonly required rows wrap",
  th: "abbr colspan headers rowspan scope",
  time: "datetime",
  track: "default kind label src srclang",
  video: `${MEDIA} disablepictureinpicture height playsinline poster width`,
  ...Object.fromEntries(`abbr address article aside b bdi bdo body br caption cite code datalist dd dfn div dl dt em figcaption figure
    footer h1 h2 h3 h4 h5 h6 head header hgroup hr i kbd legend main mark math menu nav noscript p picture pre rp rt ruby s samp search
    section selectedcontent small span strong sub summary sup svg table tbody tfoot thead title tr u ul var wbr`
    .split(/\s+/).map((tag) => [tag, ""])),
}).map(([tag, attributes]) => [tag, words(attributes)]));

/** The words that HTML defines for these attributes. `""` is the attribute without a value. */
const VALUES: ReadonlyMap<string, ReadonlySet<string>> = new Map(Object.entries({
  "input type": words(`button checkbox color date datetime-local email file hidden image month number password radio range reset search
    submit tel text time url week`),
  "button type": words("button reset submit"),
  "form method": words("dialog get post"),
  "form enctype": words("application/x-www-form-urlencoded multipart/form-data text/plain"),
  "* dir": words("auto ltr rtl"),
  "* loading": words("eager lazy"),
  "* inputmode": words("decimal email none numeric search tel text url"),
  "* enterkeyhint": words("done enter go next previous search send"),
  "th scope": words("col colgroup row rowgroup"),
  "track kind": words("captions chapters descriptions metadata subtitles"),
  "* decoding": words("async auto sync"),
  "* fetchpriority": words("auto high low"),
  "* crossorigin": words("anonymous use-credentials").add(""),
  "* popover": words("auto hint manual").add(""),
  "* preload": words("auto metadata none").add(""),
}));

function words(text: string): Set<string> {
  return new Set(text.split(/\s+/).filter((word) => word !== ""));
}

/** The elements of HTML. */
export const HTML_ELEMENTS: readonly string[] = [...ELEMENTS.keys()];

export function isHtmlElement(tag: string): boolean {
  return ELEMENTS.has(tag);
}

/** The attributes that an HTML element may have, global ones included. */
export function attributesOf(tag: string): ReadonlySet<string> {
  return new Set([...GLOBAL, ...(ELEMENTS.get(tag) ?? [])]);
}

/** The words that an attribute takes; undefined if it takes others too. */
export function valuesOf(tag: string, attribute: string): ReadonlySet<string> | undefined {
  return VALUES.get(`${tag} ${attribute}`) ?? VALUES.get(`* ${attribute}`);
}
