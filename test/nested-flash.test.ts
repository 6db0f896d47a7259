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
beforeEach(() => {
  endpoint = createEndpoint({
    secret: "a secret for nested views, long enough", url: "http://localhost", log: () => {},
    live: [liveSession("default", {}, (live) => {
      live("/page", Page);
      live("/home", Home);
    })],
  });
});
afterEach(() => endpoint.close());
const visit = (path: string): Promise<LivePage> => openBrowser(endpoint).visit(path);

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
