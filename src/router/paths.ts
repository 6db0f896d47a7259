import { HoldfastError, type Mistake } from "../errors/index.js";
import { checkValue, OBJECT, TEXT, type OptionsPlace } from "../errors/options.js";

/** A literal path that does not begin with a slash does not compile. */
export type Rooted<Pattern extends string> = string extends Pattern
  ? unknown
  : Pattern extends `/${string}`
    ? unknown
    : Mistake<"a path begins with /">;

/** The parameters that a path names: `"/posts/:postId/edit"` has `postId`. */
export type PathParams<Pattern extends string> =
  Pattern extends `${string}:${infer Name}/${infer Rest}` ? ParamName<Name> | PathParams<Rest>
    : Pattern extends `${string}:${infer Name}` ? ParamName<Name> : never;

/** `:id{[0-9]+}` and `:id?` are both named `id`, as in Hono. */
type ParamName<Text extends string> =
  Text extends `${infer Name}{${string}` ? ParamName<Name> : Text extends `${infer Name}?` ? Name : Text;

/** The parameters that a path can do without: `"/search/:term?"` has `term`. */
type OptionalParams<Pattern extends string> =
  Pattern extends `${string}:${infer Name}/${infer Rest}` ? OptionalName<Name> | OptionalParams<Rest>
    : Pattern extends `${string}:${infer Name}` ? OptionalName<Name> : never;

type OptionalName<Text extends string> = Text extends `${infer Name}?` ? ParamName<Name> : never;

/** The arguments of a path's function: none, if the path has no parameters. */
type PathArguments<Pattern extends string> = [PathParams<Pattern>] extends [never] ? [query?: Query]
  // Not one type for both: the compiler would show it, instead of the parameters.
  : [OptionalParams<Pattern>] extends [never] ? [params: { readonly [Name in PathParams<Pattern>]: string | number }, query?: Query]
    : [params: ParamValues<PathParams<Pattern>, OptionalParams<Pattern>>, query?: Query];

type ParamValues<Names extends string, Optional extends string> =
  { readonly [Name in Exclude<Names, Optional>]: string | number } & { readonly [Name in Optional]?: string | number | undefined };

/** The query of a URL. Undefined values are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** A path of the application: a function that makes its URLs. */
export interface Path<Pattern extends string = string> {
  (...args: PathArguments<Pattern>): string;
  /** The path as routes name it. */
  readonly pattern: Pattern;
}

/**
 * Defines the application's paths, in a module of their own: routes and links import them, so that neither imports the other,
 * and a link to a missing path does not compile.
 *
 * @param patterns Hono paths, by name
 * @throws HoldfastError `route_invalid` for a path that does not begin with a slash; its function, for a parameter that is missing, and
 * for an empty one with which the URL would be another site's
 * @example
 * export const paths = definePaths({ posts: "/posts", editPost: "/posts/:postId/edit" });
 * paths.editPost({ postId: 7 });         // "/posts/7/edit"
 * paths.posts({ page: 2 });              // "/posts?page=2"
 * live(paths.editPost, EditPost);
 */
export function definePaths<const Patterns extends Readonly<Record<string, string>>>(
  patterns: Patterns & { readonly [Name in keyof Patterns]: Rooted<Patterns[Name]> },
): { readonly [Name in keyof Patterns]: Path<Patterns[Name]> } {
  checkValue("route_invalid", PLACE, "the object of paths", patterns, OBJECT);
  return Object.fromEntries(Object.entries(patterns).map(([name, pattern]) => [name, definePath(pattern)])) as {
    readonly [Name in keyof Patterns]: Path<Patterns[Name]>
  };
}

const PLACE: OptionsPlace = { of: "definePaths", fix: 'definePaths({ posts: "/posts", editPost: "/posts/:postId/edit" })' };

function definePath(pattern: string): Path {
  checkValue("route_invalid", PLACE, "a path", pattern, TEXT);
  if (!pattern.startsWith("/")) {
    throw new HoldfastError("route_invalid", {
      what: "A path is invalid.", expected: "a path that begins with /", got: JSON.stringify(pattern), fix: JSON.stringify(`/${pattern}`),
    });
  }
  // A parameter's own pattern may contain slashes: `:path{.+/x}`.
  const segments = pattern.split(/\/(?![^{]*\})/).map(segmentOf);
  const takesParams = segments.some(({ name }) => name !== undefined);
  const path = (...args: readonly (Query | undefined)[]): string => {
    const [params = {}, query] = takesParams ? args : [{}, args[0]];
    const written = segments.flatMap(({ text, name, optional }) => {
      if (name === undefined) return [text];
      const value: unknown = params[name];
      if (value !== undefined && value !== null) return [encodeURIComponent(String(value))];
      if (optional) return [];
      throw new HoldfastError("route_invalid", {
        what: `The path ${pattern} is made without its parameter ${name}.`, expected: `{ ${name} }`, got: `${name}: ${String(value)}`,
        fix: "give it the value that the URL has there",
      });
    });
    const made = written.join("/") || "/";
    if (made.startsWith("//")) {
      throw new HoldfastError("route_invalid", {
        what: `The path ${pattern} is made with an empty first parameter, and would lead to another site.`,
        expected: "a parameter that is not empty", got: JSON.stringify(made.slice(0, 100)), fix: "give it the value that the URL has there",
      });
    }
    return made + queryOf(query);
  };
  return Object.assign(path, { pattern }) as Path;
}

function segmentOf(text: string): { text: string; name: string | undefined; optional: boolean } {
  return { text, name: /^:([^{?]+)/.exec(text)?.[1], optional: text.endsWith("?") };
}

function queryOf(query: Query | undefined): string {
  const entries = Object.entries(query ?? {})
    .filter(([, value]) => value !== undefined)
    .map(([name, value]): [string, string] => [name, String(value)]);
  return entries.length === 0 ? "" : `?${new URLSearchParams(entries)}`;
}
