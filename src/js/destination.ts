import { HoldfastError, type Mistake } from "../errors/index.js";
import { localPath } from "../html/index.js";

/** What leads out of the application, as far as a literal shows it. */
type ForeignTarget = `${"http:" | "https:" | "javascript:" | "//"}${string}`;

/**
 * A path of this application: begins with `/`, or with `?` to keep the current path. A literal that does not, or that names another site,
 * does not compile; a text whose beginning the compiler does not know does.
 */
export type LocalDestination<To extends string, Foreign> =
  To extends ForeignTarget ? Foreign
    : To extends `/${string}` | `?${string}` ? To
      : To extends `${infer First}${string}` ? (string extends First ? To : Mistake<"a path begins with / or ?">) : To;

/** The destination of a link or a command. */
export type LocalHref<To extends string> = LocalDestination<To, Mistake<"this leads out of the application: link({ href })">>;

/**
 * The destination of a live navigation. While it is not connected, the client assigns it to `location`, so a foreign URL
 * would leave the application, and `javascript:` would run.
 *
 * @param where the caller, for the error: `JS.navigate`
 * @param href a path of this application, such as `/posts?page=2`
 * @returns `href`
 * @throws HoldfastError `redirect_refused` if a browser could end up anywhere else
 * @example
 * localDestination("JS.patch", "/posts?page=2")
 */
export function localDestination(where: string, href: string): string {
  // A query alone keeps the current path, whatever it is.
  if (typeof href === "string" && localPath(href.startsWith("?") ? `/${href}` : href) !== undefined) return href;
  throw new HoldfastError("redirect_refused", {
    what: `${where} leads out of the application.`,
    expected: 'a path such as "/posts?page=2"',
    got: typeof href === "string" ? "a URL that a browser could take elsewhere" : typeof href,
    fix: "use a plain link, link({ href }), for other sites",
  });
}
