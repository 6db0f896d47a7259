import { createEndpoint, logIn, type EndpointOptions } from "../endpoint/index.js";
import { ANYTHING, checkOptions, checkValue, FUNCTION, OBJECT, TEXT, type Kind, type Shape } from "../errors/options.js";
import { html, type Content } from "../html/index.js";
import { LiveView, liveRender, liveView, onMount, type LiveRenderOptions, type SessionValues } from "../live/index.js";
import { liveSession } from "../router/index.js";
import { openBrowser, type BrowserOptions } from "./browser.js";
import type { ChildPage } from "./child-page.js";
import type { LivePage } from "./live-page.js";
import type { PartPage } from "./part-page.js";

/** The surroundings of an isolated view or component. */
export interface IsolationOptions {
  /** The values of the session. Default none. */
  session?: SessionValues & { liveSocketId?: string };
  /**
   * Assigns that are set before the view's own hooks run, as if hooks of its live session had set them. A hook that uses
   * `assignNew` finds them and loads nothing. Default none.
   */
  assigns?: Readonly<Record<string, unknown>>;
  /** The browser: its address, headers and connect params. */
  browser?: BrowserOptions;
  /** Options of the endpoint: the application's `pubsub`, other limits. */
  endpoint?: Omit<Partial<EndpointOptions>, "live" | "routes">;
}

/** The surroundings of an isolated view, and its URL. */
export interface IsolatedViewOptions extends IsolationOptions {
  /** The route's path. Default `/`. */
  path?: string;
  /** The URL's parameters. Those that the path names fill it in; the others become the query. Default none. */
  params?: Readonly<Record<string, string | number | boolean>>;
}

const SURROUNDINGS: Shape<IsolationOptions> = { session: OBJECT, assigns: OBJECT, browser: OBJECT, endpoint: OBJECT };
const VIEW_DEFINITION: Kind = { called: "a view, of liveView.define(…)", fits: (value) => value instanceof LiveView };

/**
 * Renders a view without the application around it: with no layouts, and no hooks but its own. It gets its own endpoint and
 * mounts as usual, over HTTP and over the socket.
 *
 * @returns the connected page; if the view did not mount, `page.redirected`, `page.status` and `page.joinError` say why
 * @throws HoldfastError `kit_expectation` for something that is not a view, or for an option of another name or kind
 * @example
 * const page = await renderIsolated(EditPost, { path: "/posts/:postId", params: { postId: 1 }, assigns: { currentUser: ada } });
 * await page.submit("#post", { title: "Hello" });
 * page.expectText("h1", "Hello");
 */
export async function renderIsolated(view: LiveView, options: IsolatedViewOptions = {}): Promise<LivePage> {
  const place = { of: "renderIsolated", fix: 'renderIsolated(EditPost, { path: "/posts/:postId", params: { postId: 1 } })' };
  checkValue("kit_expectation", place, "the view", view, VIEW_DEFINITION);
  checkOptions("kit_expectation", place, options, { ...SURROUNDINGS, path: TEXT, params: OBJECT });
  const { path = "/", params = {} } = options;
  const query = new URLSearchParams();
  let pathname = path;
  for (const [name, value] of Object.entries(params)) {
    const named = new RegExp(`:${name}(?![\\w])`);
    if (named.test(pathname)) pathname = pathname.replace(named, () => encodeURIComponent(value));
    else query.append(name, String(value));
  }
  return visit(view, path, query.size === 0 ? pathname : `${pathname}?${query}`, options);
}

/**
 * Renders a view as nested, as `liveRender` does.
 *
 * @param options given: the `session` of `liveRender`, which the view's `params` schema parses
 * @throws HoldfastError `kit_expectation` as `renderIsolated` does
 * @example
 * const chat = await renderNested(Chat, { given: { room: "lobby" } });
 * await chat.submit("form", { text: "Hi" });
 */
export async function renderNested<Params>(
  view: LiveView<{}, Params, never>, options: IsolationOptions & { given?: Params } = {},
): Promise<ChildPage> {
  const place = { of: "renderNested", fix: 'renderNested(Chat, { given: { room: "lobby" } })' };
  checkValue("kit_expectation", place, "the view", view, VIEW_DEFINITION);
  checkOptions("kit_expectation", place, options, { ...SURROUNDINGS, given: ANYTHING });
  const { given } = options;
  // A test may leave out what the view needs: its schema then refuses.
  const nested = { id: "isolated", ...(given !== undefined && { session: given }) } as LiveRenderOptions<Params>;
  const parent = liveView.define({
    name: "isolated", authorize: "public", mount: () => options.assigns ?? {},
    render: () => html`${liveRender(view, nested)}`,
  });
  return (await visit(parent, "/", "/", options)).child("#isolated");
}

/** An isolated component. */
export type IsolatedComponent<P extends object> = PartPage & {
  /** Renders it with other props, as its parent would. */
  update(props: P): Promise<void>;
};

/**
 * Renders a component alone: a live component with its state and events, or a function that returns a template. Selectors
 * look into the component only.
 *
 * @throws HoldfastError `kit_expectation` for something that is not a function, or for an option of another name or kind
 * @example
 * const like = await renderComponent(Like, { id: "like-1", name: "Ada" });
 * await like.click("button");
 * like.expectText("b", "Ada: 1");
 * await like.update({ id: "like-1", name: "Grace" });
 */
export async function renderComponent<P extends object>(
  component: (props: P) => Content, props: P, options: IsolationOptions = {},
): Promise<IsolatedComponent<P>> {
  const place = { of: "renderComponent", fix: 'renderComponent(Like, { id: "like-1", name: "Ada" })' };
  checkValue("kit_expectation", place, "the component", component, FUNCTION);
  checkOptions("kit_expectation", place, options, SURROUNDINGS);
  let current = props;
  const host = liveView.define({
    name: "isolated", authorize: "public", mount: () => ({ version: 0 }),
    events: { update: { handle: (socket) => socket.update("version", (version) => version + 1) } },
    render: (_assigns, on) => html`
      <div id="isolated">${component(current)}</div><button id="isolated-update" hidden phx-click=${on.update}></button>`,
  });
  const page = await visit(host, "/", "/", options);
  return Object.assign(page.within("#isolated"), {
    async update(changed: P): Promise<void> {
      current = changed;
      await page.click("#isolated-update");
    },
  });
}

/** Opens a page of an endpoint that has only this view. */
async function visit(
  view: LiveView,
  path: string,
  url: string,
  { session, assigns = {}, browser, endpoint }: IsolationOptions,
): Promise<LivePage> {
  const isolated = createEndpoint({
    secret: "the secret of an endpoint that only a test can reach", log: () => {}, ...endpoint,
    live: [liveSession("isolated", { onMount: onMount(() => assigns) }, (live) => live(path, view))],
    routes: (app) => app.get("/isolated/session", async (c) => {
      await logIn(c, session ?? {});
      return c.text("");
    }),
  });
  const user = openBrowser(isolated, browser);
  if (session !== undefined) await user.get("/isolated/session");
  return user.visit(url);
}
