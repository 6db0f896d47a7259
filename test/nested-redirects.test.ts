import { createEndpoint, html, liveRender, liveSession, liveView, navigate, patch, redirect, type Endpoint } from "holdfast";
import { openBrowser, type LivePage } from "holdfast/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";

const Kind = z.enum(["redirect", "navigate", "patch"]);

/** Leads away in its mount, if the URL says so, or when one of its buttons is pressed. */
const Inner = liveView.define({
  name: "Inner",
  authorize: "public",
  params: z.object({ leave: z.string() }),
  mount(socket, { params: { leave } }) {
    const door = socket.connected ? "join" : "get";
    if (leave !== `${door}-redirect` && leave !== `${door}-navigate`) return {};
    socket.putFlash("error", "not for you");
    return leave.endsWith("redirect") ? redirect("/home") : navigate("/home");
  },
  events: {
    leave: {
      bind: z.object({ kind: Kind }),
      handle(socket, { kind }) {
        socket.putFlash("info", kind);
        return { redirect, navigate, patch }[kind]("/page?moved=yes");
      },
    },
  },
  render: ({ flash }, on) => html`
    <div>${Kind.options.map((kind) => html`<button id=${kind} phx-click=${on.leave({ kind })}>${kind}</button>`)} ${flash.info}</div>`,
});
/** Patches where it cannot: in its mount, or although it is sticky. */
const Patches = liveView.define({
  name: "Patches",
  authorize: "public",
  params: z.object({ late: z.boolean() }),
  mount(socket, { params: { late } }) {
    if (!socket.connected) return {};
    if (late) socket.send(() => socket.pushPatch("/around?moved=yes"));
    else socket.pushPatch("/around?moved=yes");
    return {};
  },
  render: () => html`<p>patches</p>`,
});
const Around = liveView.define({
  name: "Around",
  authorize: "public",
  params: z.object({ sticky: z.stringbool().default(false), late: z.stringbool().default(true), moved: z.string().default("no") }),
  mount: (_socket, { params }) => params,
  handleParams: (socket, { params: { moved } }) => socket.assign({ moved }),
  render: ({ sticky, late, moved }) => html`<p id="moved">${moved}</p>${liveRender(Patches, { id: "patches", sticky, session: { late } })}`,
});
const Middle = liveView.define({
  name: "Middle",
  authorize: "public",
  params: z.object({ leave: z.string() }),
  mount: (_socket, { params }) => params,
  render: ({ leave }) => html`<div>${liveRender(Inner, { id: "inner", session: { leave } })}</div>`,
});
const Page = liveView.define({
  name: "Page",
  authorize: "public",
  params: z.object({ leave: z.string().default(""), moved: z.string().default("no") }),
  mount(socket, { params: { leave, moved } }) {
    if (leave !== "") socket.putFlash("info", "hello");
    return { leave, moved };
  },
  handleParams: (socket, { params: { moved } }) => socket.assign({ moved }),
  render: ({ leave, moved, flash }) => html`
    <p id="moved">${moved}</p><p id="flash">${flash.info}|${flash.error}</p>${liveRender(Middle, { id: "middle", session: { leave } })}`,
});
const Home = liveView.define({ name: "Home", authorize: "public", render: ({ flash }) => html`<p id="flash">${flash.info}|${flash.error}</p>` });

let endpoint: Endpoint;
const errors: string[] = [];
beforeEach(() => {
  errors.length = 0;
  endpoint = createEndpoint({
    secret: "a secret for nested views, long enough", url: "http://localhost", log: (_message, { error }) => void errors.push(String(error)),
    live: [liveSession("default", {}, (live) => {
      live("/page", Page);
      live("/home", Home);
      live("/around", Around);
    })],
  });
});
afterEach(() => endpoint.close());
const visit = (path: string): Promise<LivePage> => openBrowser(endpoint).visit(path);

describe("a patch of a nested view", () => {
  test("moves its page once it has joined", async () => {
    const page = await visit("/around");
    await page.settle();
    page.expectText("#moved", "yes");
  });

  test.each([
    ["in its mount", "late=no", 'The nested view "Patches" patched, and has no URL.', 'socket.send(() => socket.pushPatch("/around?moved=yes"))'],
    ["if it is sticky", "sticky=yes", 'The sticky view "Patches" patched, and has no URL.', 'return navigate("/around?moved=yes")'],
  ])("is refused %s, and the error says what to do", async (_when, query, what, fix) => {
    const page = await visit(`/around?${query}`);
    await page.settle();
    page.expectText("#moved", "no");
    expect(errors.join("\n")).toContain(what);
    expect(errors.join("\n")).toContain(fix);
  });
});

describe("the flash of a nested view", () => {
  test("is shown by its page after a patch, until the next one", async () => {
    const page = await visit("/page");
    await page.child("#inner").click("#patch");
    await page.settle();
    page.expectText("#moved", "yes");
    page.expectText("#flash", "patch|");
    await page.child("#inner").click("#navigate");
    expect((await page.followRedirect()).text("#flash")).toBe("navigate|");
  });

  test.each(["get-redirect", "get-navigate"])("goes along with %s, and so does what its page has not shown yet", async (leave) => {
    const page = await visit(`/page?leave=${leave}`);
    page.expectRedirect("/home");
    expect((await page.followRedirect()).text("#flash")).toBe("hello|not for you");
  });

  test.each(["join-redirect", "join-navigate"])("goes along with %s", async (leave) => {
    const page = await visit(`/page?leave=${leave}`);
    await page.settle();
    page.expectRedirect("/home");
    expect((await page.followRedirect()).text("#flash")).toBe("|not for you");
  });
});
