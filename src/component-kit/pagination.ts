import { checkProps, FUNCTION, NUMBER, type OptionsPlace } from "../errors/options.js";
import { link, type Attributes } from "../components/index.js";
import { classes, html, spread, type Content, type Rendered } from "../html/index.js";

/** Props of `pagination`; all other attributes go to its `<nav>`. */
export interface PaginationProps extends Attributes {
  /** The page that is shown, from 1. */
  readonly page: number;
  /** How many pages there are. */
  readonly pages: number;
  /** The URL of a page, in the same view. */
  readonly href: (page: number) => string;
  /** The label for screen readers. Default "Pages". */
  readonly label?: string | undefined;
  /** Default "Previous". */
  readonly previous?: string | undefined;
  /** Default "Next". */
  readonly next?: string | undefined;
}

const PLACE: OptionsPlace = { of: "pagination", fix: "pagination({ page: 1, pages: 9, href: (page) => `?page=${page}` })" };

/** A page's number, or a gap. */
type Step = number | "gap";

/**
 * Links to the pages of a long list: the first, the last, and those around this one. Nothing for a single page.
 *
 * @example
 * pagination({ page, pages: Math.ceil(count / 20), href: (page) => `/posts?page=${page}` })
 */
export function pagination(props: PaginationProps): Content {
  checkProps(PLACE, props, { page: NUMBER, pages: NUMBER, href: FUNCTION });
  const { page, pages, href, label = "Pages", previous = "Previous", next = "Next", class: given, ...attributes } = props;
  if (pages <= 1) return undefined;
  return html`<nav class=${classes("hf-pagination", given)} aria-label=${label} ${spread(attributes)}><ul>
    <li>${end(previous, page > 1 ? href(page - 1) : undefined)}</li>
    ${steps(page, pages).map((step) => {
      if (step === "gap") return html`<li class="hf-gap" aria-hidden="true">…</li>`;
      const current = step === page ? "page" : undefined;
      return html`<li class="hf-page">${
        link({ patch: href(step), "aria-current": current, "aria-label": `${step} / ${pages}`, inner: step })}</li>`;
    })}
    <li>${end(next, page < pages ? href(page + 1) : undefined)}</li>
  </ul></nav>`;
}

/**
 * The numbers to show. A gap never hides only one page.
 *
 * @example
 * steps(6, 12) // [1, "gap", 5, 6, 7, "gap", 12]
 */
export function steps(page: number, pages: number): readonly Step[] {
  const shown: Step[] = [];
  let last = 0;
  for (let at = 1; at <= pages; at++) {
    const near = Math.abs(at - page) <= 1 || at === 1 || at === pages;
    const bridges = (at === 2 && page <= 4) || (at === pages - 1 && page >= pages - 3);
    if (!near && !bridges) continue;
    if (at - last > 1) shown.push("gap");
    shown.push(at);
    last = at;
  }
  return shown;
}

function end(text: string, to: string | undefined): Rendered {
  if (to === undefined) return html`<span class="hf-page-end" aria-disabled="true">${text}</span>`;
  return link({ patch: to, class: "hf-page-end", inner: text });
}
