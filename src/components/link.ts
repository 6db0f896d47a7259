import { checkProps, TEXT } from "../errors/options.js";
import { describeValue, HoldfastError } from "../errors/index.js";
import { html, type Content, type Rendered } from "../html/index.js";
import { EventRef, JS, localDestination, type Commands, type LocalHref } from "../js/index.js";
import type { Attributes, AttributeValue } from "./attributes.js";
import { element } from "./element.js";

/** Attributes of an `<a>`. */
export interface LinkAttributes extends Attributes {
  readonly download?: AttributeValue;
  readonly hreflang?: AttributeValue;
  readonly referrerpolicy?: AttributeValue;
  readonly rel?: AttributeValue;
  readonly target?: AttributeValue;
  readonly type?: AttributeValue;
}

/** Props of a link to another page of the live session, over the same connection. */
export interface NavigateLink<To extends string = string> extends LinkAttributes {
  /** A path of this application. A literal that leads elsewhere does not compile. */
  readonly navigate: To & LocalHref<To>;
  /** True: replaces the history entry instead of adding one. Default false. */
  readonly replace?: boolean | undefined;
  /** Commands that run on a click. What they push is lost, because the view is left. */
  readonly "phx-click"?: Commands | false | null | undefined;
  readonly inner: Content;
  readonly patch?: never;
  readonly href?: never;
  readonly method?: never;
}

/** Props of a link that changes the URL of the same view. */
export interface PatchLink<To extends string = string> extends LinkAttributes {
  /** A path of this application that belongs to the same view; only a query, `?page=2`, keeps the path. */
  readonly patch: To & LocalHref<To>;
  /** True: replaces the history entry instead of adding one. Default false. */
  readonly replace?: boolean | undefined;
  readonly inner: Content;
  readonly navigate?: never;
  readonly href?: never;
  readonly method?: never;
}

/** Props of a plain link: the browser loads the page. */
export interface HrefLink extends LinkAttributes {
  /** Any URL. One whose scheme could run code is blocked. */
  readonly href: string;
  readonly inner: Content;
  readonly method?: "get" | undefined;
  readonly navigate?: never;
  readonly patch?: never;
  readonly replace?: never;
}

/** Props of a link that changes something: a form with one button. */
export interface PostLink extends Attributes {
  /** A path of this application. */
  readonly href: string;
  readonly method: "post";
  /** The session's CSRF token, as in `<meta name="csrf-token">`. */
  readonly csrfToken: string;
  readonly inner: Content;
  readonly navigate?: never;
  readonly patch?: never;
  readonly replace?: never;
}

/**
 * A link: `navigate` goes to another page of the live session, `patch` changes the URL of the same view, `href` loads a
 * page. Without JavaScript all of them are plain links.
 *
 * `method: "post"` is a form with a button that carries the attributes: it works without a script, and an action that changes
 * something is not offered as a link to crawlers. Such a form cannot be inside another form or a `<p>`. Other methods, and a
 * confirmation before the click, would need a script that does not exist here; put the question into the page:
 * `phx-click=${JS.show({ to: "#really" })}`.
 *
 * @throws HoldfastError `redirect_refused` if a live or posted destination leads out of the application; `template_value_refused` for two
 * destinations, a method that a link cannot have, a form without its token, and an event on a link that leaves the view
 * @example
 * link({ navigate: `/posts/${post.id}`, class: "title", inner: post.title })
 * @example
 * link({ patch: "?page=2", replace: true, inner: "Next" })
 * @example
 * link({ href: "/logout", method: "post", csrfToken, inner: "Log out" })
 */
export function link<To extends string = string>(props: NavigateLink<To> | PatchLink<To> | HrefLink | PostLink): Rendered {
  checkProps({ of: "link", fix: 'link({ navigate: "/posts", inner: "Posts" })' }, props);
  refuseSecondDestination(props);
  refuseMethod(props);
  if (props.method === "post") return postLink(props);
  const { navigate, patch, href, replace, inner, method: _get, ...attrs } = props;
  if (navigate !== undefined) return liveLink("redirect", "link({ navigate })", navigate, replace, attrs, inner);
  if (patch !== undefined) return liveLink("patch", "link({ patch })", patch, replace, attrs, inner);
  if (typeof href === "string") return element({ tag: "a", own: { href }, attrs, inner });
  throw new HoldfastError("template_value_refused", {
    what: "A link has no destination.",
    expected: "one of navigate, patch and href, as a string",
    got: "none of them",
    fix: 'link({ navigate: "/posts", inner: "Posts" }); for something to click, use a <button phx-click=${…}>',
  });
}

const DESTINATIONS = ["navigate", "patch", "href"] as const;

/** One of two would win, and the other be lost without a word. */
function refuseSecondDestination(props: { readonly [Name in (typeof DESTINATIONS)[number]]?: unknown }): void {
  const given = DESTINATIONS.filter((name) => props[name] !== undefined);
  if (given.length < 2) return;
  throw new HoldfastError("template_value_refused", {
    what: "A link leads to one place.", expected: "one of navigate, patch and href", got: given.join(" and "),
    fix: "patch stays in the view, navigate opens another page of the live session, href loads a page: keep one of them",
  });
}

/** Methods belong to `href`: another would be left out of a link without a word. */
function refuseMethod({ method, navigate, patch }: { readonly [Name in "method" | "navigate" | "patch"]?: unknown }): void {
  if (method === undefined) return;
  const live = navigate !== undefined ? "navigate" : patch !== undefined ? "patch" : undefined;
  if (live !== undefined) {
    throw new HoldfastError("template_value_refused", {
      what: `A link with ${live} has no method: it goes over the page's connection.`,
      expected: "href beside method", got: `${live} and method`,
      fix: 'link({ href: "/logout", method: "post", csrfToken, inner: "Log out" }); leave the method out to open another page',
    });
  }
  if (method === "get" || method === "post") return;
  throw new HoldfastError("template_value_refused", {
    what: "A link's method is not what it must be.", expected: "\"post\", or none",
    got: typeof method === "string" ? JSON.stringify(method) : describeValue(method),
    fix: 'link({ href: `/posts/${post.id}/delete`, method: "post", csrfToken, inner: "Delete" }), or an event: phx-click=${on.delete}',
  });
}

function liveLink(
  kind: "redirect" | "patch", where: string, to: string, replace: boolean | undefined, attrs: LinkAttributes, inner: Content,
): Rendered {
  const href = localDestination(where, to);
  // Read by the client when the link is clicked (its live_socket.ts): the kind, and what happens to the history.
  const fixed = { "data-phx-link": kind, "data-phx-link-state": replace === true ? "replace" : "push" };
  return element({ tag: "a", fixed, own: { href }, attrs: withCommands(kind, attrs), inner });
}

/**
 * The client goes where the link leads before it runs the link's own `phx-click`, and then it runs commands only: a plain event
 * does nothing. A patch keeps the view, so there the event is written as a command.
 *
 * @see phoenix_live_view 1.2.12: `execPhxClick` in live_socket.ts
 */
function withCommands(kind: "redirect" | "patch", attrs: LinkAttributes): LinkAttributes {
  const click = attrs["phx-click"];
  if (!(click instanceof EventRef)) return attrs;
  if (kind === "patch") return { ...attrs, "phx-click": JS.push(click) };
  throw new HoldfastError("template_value_refused", {
    what: `The event "${click.event}" on a link that leaves the view never reaches it.`,
    expected: "commands without a push",
    got: "an event",
    fix: `html\`<button phx-click=\${on.${click.event}}>…</button>\`, and its handler ends with return navigate("/posts")`,
  });
}

const POST_FIX =
  'link({ href: "/logout", method: "post", csrfToken, inner: "Log out" }), with csrfToken from socket.csrfToken() in mount';

function postLink(props: PostLink): Rendered {
  // Posting a token to another site would give it away.
  checkProps({ of: "link", fix: POST_FIX }, props, { href: TEXT, csrfToken: TEXT });
  const { href, method: _post, csrfToken, inner, ...attrs } = props;
  const action = localDestination('link({ method: "post" })', href);
  const { navigate: _navigate, patch: _patch, replace: _replace, ...rest } = attrs;
  const button = element({ tag: "button", own: { type: "submit" }, attrs: rest, inner });
  return html`<form method="post" action=${action}><input type="hidden" name="_csrf_token" value=${csrfToken}>${button}</form>`;
}
