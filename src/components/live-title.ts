import { checkProps } from "../errors/options.js";
import { html, type Rendered } from "../html/index.js";

/** Props of `liveTitle`. */
export interface LiveTitleProps {
  /** The page's title; if empty, the default. */
  readonly title?: string | null | undefined;
  /** Prepended to each title, including those set later. */
  readonly prefix?: string | undefined;
  /** Appended to each title. */
  readonly suffix?: string | undefined;
  /** The title of a page without one. */
  readonly default?: string | undefined;
}

/**
 * The layout's `<title>`. When a view sets its title later, the client puts prefix and suffix around it again.
 *
 * @example
 * html`<head>${liveTitle({ title, default: "Welcome", suffix: " · Blog" })}</head>`
 */
export function liveTitle(props: LiveTitleProps): Rendered {
  checkProps({ of: "liveTitle", fix: 'liveTitle({ title, default: "Blog" })' }, props);
  const { title, prefix, suffix, default: fallback } = props;
  const shown = typeof title === "string" && title.trim() !== "" ? title : fallback;
  return html`<title data-prefix=${prefix} data-suffix=${suffix} data-default=${fallback}>${prefix}${shown}${suffix}</title>`;
}
