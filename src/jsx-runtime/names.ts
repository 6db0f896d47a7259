/**
 * The elements of HTML and SVG, and the attributes that each has in addition to the global ones.
 *
 * @see https://html.spec.whatwg.org/multipage/indices.html#attributes-3
 * @see https://www.w3.org/TR/SVG2/attindex.html
 * @module
 */

type Linked = "href" | "target" | "download" | "rel" | "hreflang" | "type" | "referrerpolicy";
type Loaded = "src" | "crossorigin" | "referrerpolicy" | "fetchpriority" | "loading";
type Sized = "width" | "height";
type Control = "name" | "disabled" | "form";
type Submitting = "formaction" | "formenctype" | "formmethod" | "formnovalidate" | "formtarget";
type Media = "src" | "controls" | "autoplay" | "loop" | "muted" | "preload" | "crossorigin";
type Cell = "colspan" | "rowspan" | "headers";

/** HTML's elements by their tag. There is no `on…`: browser events belong to the client or to a hook. */
export interface OwnAttributes {
  a: Linked; abbr: never; address: never; area: Linked | "alt" | "coords" | "shape"; article: never; aside: never; audio: Media; b: never;
  base: "href" | "target"; bdi: never; bdo: never; blockquote: "cite"; body: never; br: never;
  button: Control | Submitting | "type" | "value" | "popovertarget" | "popovertargetaction" | "command" | "commandfor";
  canvas: Sized; caption: never; cite: never; code: never; col: "span"; colgroup: "span"; data: "value"; datalist: never; dd: never;
  del: "cite" | "datetime"; details: "open" | "name"; dfn: never; dialog: "open" | "closedby"; div: never; dl: never; dt: never; em: never;
  embed: "src" | "type" | Sized; fieldset: Control; figcaption: never; figure: never; footer: never;
  form: "action" | "method" | "enctype" | "novalidate" | "target" | "autocomplete" | "name" | "accept-charset" | "rel";
  h1: never; h2: never; h3: never; h4: never; h5: never; h6: never; head: never; header: never; hgroup: never; hr: never; html: "xmlns";
  i: never; iframe: "src" | "srcdoc" | "name" | "sandbox" | "allow" | "allowfullscreen" | "loading" | "referrerpolicy" | Sized;
  img: Loaded | Sized | "alt" | "srcset" | "sizes" | "decoding" | "usemap" | "ismap";
  input: Control | Submitting | Sized | "accept" | "alt" | "autocomplete" | "capture" | "checked" | "dirname" | "list" | "max"
    | "maxlength" | "min" | "minlength" | "multiple" | "pattern" | "placeholder" | "popovertarget" | "popovertargetaction"
    | "readonly" | "required" | "size" | "src" | "step" | "type" | "value" | "webkitdirectory";
  ins: "cite" | "datetime"; kbd: never; label: "for"; legend: never; li: "value";
  link: "href" | "rel" | "as" | "type" | "media" | "sizes" | "crossorigin" | "integrity" | "hreflang" | "referrerpolicy" | "imagesrcset"
    | "imagesizes" | "fetchpriority" | "blocking" | "disabled" | "color";
  main: never; map: "name"; mark: never; menu: never; meta: "name" | "content" | "charset" | "http-equiv" | "media" | "property";
  meter: "value" | "min" | "max" | "low" | "high" | "optimum"; nav: never; noscript: never;
  object: "data" | "type" | "name" | "form" | Sized;
  ol: "reversed" | "start" | "type"; optgroup: "label" | "disabled"; option: "value" | "selected" | "disabled" | "label";
  output: "for" | "name" | "form"; p: never; picture: never; pre: never; progress: "value" | "max"; q: "cite";
  rp: never; rt: never; ruby: never; s: never; samp: never;
  script: "src" | "type" | "async" | "defer" | "crossorigin" | "integrity" | "nomodule"
    | "referrerpolicy" | "fetchpriority" | "blocking" | "nonce"; search: never; section: never;
  select: Control | "autocomplete" | "multiple" | "required" | "size"; slot: "name"; small: never;
  source: "src" | "type" | "srcset" | "sizes" | "media" | Sized; span: never; strong: never;
  style: "media" | "nonce" | "blocking"; sub: never;
  summary: never; sup: never; table: never; tbody: never; td: Cell; template: never;
  textarea: Control | "autocomplete" | "cols" | "dirname" | "maxlength" | "minlength" | "placeholder" | "readonly"
    | "required" | "rows" | "wrap";
  tfoot: never; th: Cell | "scope" | "abbr"; thead: never; time: "datetime"; title: never; tr: never;
  track: "src" | "kind" | "srclang" | "label" | "default"; u: never; ul: never; var: never;
  video: Media | Sized | "poster" | "playsinline" | "disablepictureinpicture"; wbr: never;
}

/** SVG's elements whose names no HTML element has. */
export type SvgTag =
  | "animate" | "animateMotion" | "animateTransform" | "circle" | "clipPath" | "defs" | "desc" | "ellipse" | "feBlend" | "feColorMatrix"
  | "feComposite" | "feDropShadow" | "feFlood" | "feGaussianBlur" | "feMerge" | "feMergeNode" | "feOffset" | "feTurbulence" | "filter"
  | "foreignObject" | "g" | "image" | "line" | "linearGradient" | "marker" | "mask" | "metadata" | "path" | "pattern"
  | "polygon" | "polyline" | "radialGradient" | "rect" | "set" | "stop" | "svg" | "switch" | "symbol" | "text" | "textPath"
  | "tspan" | "use" | "view";

/** SVG's attributes, for all of its elements. */
export type SvgAttribute =
  | "clip-path" | "clip-rule" | "clipPathUnits" | "color" | "cx" | "cy" | "d" | "dominant-baseline" | "dur" | "dx" | "dy"
  | "fill" | "fill-opacity" | "fill-rule" | "filter" | "flood-color" | "flood-opacity" | "font-family" | "font-size"
  | "font-style" | "font-weight" | "from" | "fx" | "fy" | "gradientTransform" | "gradientUnits" | "height" | "href" | "in"
  | "in2" | "letter-spacing" | "marker-end" | "marker-mid" | "marker-start" | "markerHeight" | "markerUnits" | "markerWidth"
  | "mask" | "mode" | "offset" | "opacity" | "operator" | "orient" | "pathLength" | "patternTransform" | "patternUnits"
  | "pointer-events" | "points" | "preserveAspectRatio" | "r" | "refX" | "refY" | "repeatCount" | "result" | "rotate" | "rx"
  | "ry" | "shape-rendering" | "spreadMethod" | "stdDeviation" | "stop-color" | "stop-opacity" | "stroke" | "stroke-dasharray"
  | "stroke-dashoffset" | "stroke-linecap" | "stroke-linejoin" | "stroke-miterlimit" | "stroke-opacity" | "stroke-width"
  | "text-anchor" | "text-decoration" | "textLength" | "to" | "transform" | "transform-origin" | "type" | "values"
  | "vector-effect" | "viewBox" | "visibility" | "width" | "x" | "x1" | "x2" | "xlink:href" | "xmlns" | "xmlns:xlink" | "y"
  | "y1" | "y2";
