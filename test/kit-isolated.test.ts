// Views and components that are rendered without the application around them.
import { createPubSub, form, formTag, html, liveComponent, liveView, onMount, topic, type Rendered } from "holdfast";
import { renderComponent, renderIsolated, renderNested } from "holdfast/testing";
import { expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";

let loads = 0;
const currentUser = onMount(async (socket) => ({
  user: await socket.assignNew("user", () => {
    loads++;
    return "from the database";
  }),
}));
const saved = topic<string>("isolated:saved");

const Post = liveView.use(currentUser).define({
  name: "Post",
  authorize: "public",
  params: z.object({ postId: z.coerce.number().int(), tab: z.string().default("none") }),
  topics: () => ({ saved }),
  mount: (_socket, { params, session }) => ({ id: params.postId, title: "First", tab: "", session: JSON.stringify(session) }),
  messages: { saved: (socket, title) => socket.assign({ title }) },
  handleParams: (socket, { params }) => socket.assign({ tab: params.tab }),
  events: {
    rename: { params: z.object({ title: z.string() }), handle: (socket, { title }) => socket.assign({ title }) },
    next: { handle: (socket) => socket.pushPatch(`/posts/${socket.assigns.id}?tab=next`) },
    announce: { handle: (socket) => socket.broadcastFrom(saved, "Announced") },
    leave: { handle: (socket) => socket.pushNavigate("/elsewhere") },
  },
  render: ({ id, title, tab, user, session }, on) => html`
    <h1>${id} ${title}</h1><p id="tab">${tab}</p><p id="user">${user}</p><p id="session">${session}</p>
    <form id="f" phx-submit=${on.rename}><input name="title"></form>
    <button id="next" phx-click=${on.next}>next</button><button id="announce" phx-click=${on.announce}>!</button><button id="leave" phx-click=${on.leave}>leave</button>`,
});

test("a view has its URL's parameters, its session and what hooks would give it", async () => {
  loads = 0;
  const page = await renderIsolated(Post, {
    path: "/posts/:postId", params: { postId: 7, tab: "a&b" }, assigns: { user: "Ada" }, session: { userId: 3 } as object,
  });
  expect([page.live, page.url, page.text("h1"), page.text("#tab"), page.text("#user"), page.text("#session"), loads]).toEqual([
    true, "/posts/7?tab=a%26b", "7 First", "a&b", "Ada", "{\"userId\":3}", 0,
  ]);
  await page.submit("#f", { title: "Second" });
  page.expectText("h1", "7 Second");
  await page.click("#next");
  page.expectPatch("/posts/7?tab=next");
  await page.click("#leave");
  page.expectRedirect("/elsewhere");
});

test("without anything given its own hooks load, and what its schema refuses is a 404", async () => {
  loads = 0;
  const page = await renderIsolated(Post, { params: { postId: 1 } });
  expect([page.text("#user"), page.text("#session"), loads]).toEqual(["from the database", "{}", 2]);
  expect((await renderIsolated(Post, { params: { postId: "x" } })).status).toBe(404);
});

test("it listens to the application's own PubSub", async () => {
  const endpoint = { pubsub: createPubSub() };
  const [one, two] = [await renderIsolated(Post, { params: { postId: 1 }, endpoint }), await renderIsolated(Post, { params: { postId: 2 }, endpoint })];
  await one.click("#announce");
  await two.settle();
  two.expectText("h1", "2 Announced");
  one.refuteText("h1", "Announced");
});

test("a nested view is given what its schema takes, as it is", async () => {
  const Nested = liveView.define({
    name: "Nested",
    authorize: "public",
    params: z.object({ room: z.object({ id: z.number() }), open: z.boolean() }),
    mount: async (socket, { params }) => ({ ...params, user: await socket.assignNew("user", () => "nobody"), clicks: 0 }),
    events: { inc: { handle: (socket) => socket.update("clicks", (clicks) => clicks + 1) } },
    render: ({ room, open, user, clicks }, on) => html`<p>${room.id} ${String(open)} ${user} ${clicks}</p><button phx-click=${on.inc}>+</button>`,
  });
  const page = await renderNested(Nested, { given: { room: { id: 5 }, open: true }, assigns: { user: "Ada" } });
  await page.click("button");
  expect(page.text("p")).toBe("5 true Ada 1");
});

test("a live component alone: events, and other props", async () => {
  const Like = liveComponent<{ name: string; onLike?: () => void }>().define({
    name: "Like",
    mount: () => ({ likes: 0 }),
    events: {
      like: {
        handle(socket) {
          socket.assigns.onLike?.();
          socket.update("likes", (likes) => likes + 1);
        },
      },
    },
    render: ({ id, name, likes }, on) => html`<div id=${id}><b>${name}: ${likes}</b><button phx-click=${on.like}>+</button></div>`,
  });
  let liked = 0;
  const onLike = (): void => void liked++;
  const like = await renderComponent(Like, { id: "like", name: "Ada", onLike });
  await like.click("button");
  like.expectText("b", "Ada: 1");
  await like.update({ id: "like", name: "Grace", onLike });
  expect([like.text("b"), liked, like.count("button")]).toEqual(["Grace: 1", 1, 1]);
  expect(like.html()).toContain("<b>Grace: 1</b>");
});

test("a function component is rendered alone, and again with other props", async () => {
  const badge = ({ count }: { count: number }) => html`<span class="badge">${count > 9 ? "9+" : count}</span>`;
  const page = await renderComponent(badge, { count: 3 });
  page.expectText(".badge", "3");
  await page.update({ count: 12 });
  page.expectText(".badge", "9+");
});

test("what the code threw is in the error of whoever looks for the page, with the application's log off", async () => {
  const broken = (): Rendered => {
    throw new TypeError("the card has no title");
  };
  await expect(renderComponent(broken, {})).rejects.toThrow(/is not live.*the application threw: TypeError: the card has no title/s);
  const Crashing = liveView.define({
    name: "Crashing", authorize: "public", mount: () => ({ n: 0 }),
    events: { crash: { handle: broken as () => void } }, render: ({ n }, on) => html`<button phx-click=${on.crash}>${n}</button>`,
  });
  const page = await renderIsolated(Crashing);
  await page.click("button");
  expect(page.crashed).toBe(true);
  expect(() => page.expectText("button", "1")).toThrow(/does not show the text.*the application threw: TypeError: the card has no title/s);
  const unmounted = await renderIsolated(liveView.define({ name: "Unmounted", authorize: "public", mount: broken as () => object, render: () => html`<p></p>` }));
  expect(unmounted.dead.thrown).toBeInstanceOf(TypeError);
  await expect(unmounted.click("p")).rejects.toThrow(/the application threw: TypeError/);
  expect((await renderIsolated(Crashing)).dead.thrown).toBeUndefined();
});

test("an error of a component that no template of the application calls names no place in the web layer", async () => {
  vi.stubEnv("NODE_ENV", "development");
  onTestFinished(() => void vi.unstubAllEnvs());
  const failed = await renderComponent(formTag, { for: form(z.object({})), inner: "", onSubmit: () => 1 } as never).then(() => "", String);
  expect(failed).toMatch(/A hole in the attribute onsubmit/);
  expect(failed).not.toMatch(/at: .*node_modules/);
});
