import { createEndpoint, html, liveSession, liveView, portal, stream, trustedHtml } from "holdfast";
import { afterEach, expect, it } from "vitest";
import { connected, watch, type Watched } from "./support/browser.js";
import { useServed } from "./support/served.js";
import { newSecret } from "./support/app.js";

interface Item {
  readonly id: number;
}

const Page = liveView.define({
  authorize: "public",
  mount: () => ({ open: false, items: stream<Item>([{ id: 1 }]), count: 0 }),
  events: {
    toggle: { handle: (socket) => socket.update("open", (open) => !open) },
    add: {
      handle(socket) {
        socket.update("count", (count) => count + 1);
        socket.streamInsert("items", { id: socket.assigns.count + 1 });
      },
    },
  },
  render: ({ open, items, count }, on) => html`
    <button id="toggle" phx-click=${on.toggle}>Toggle</button> <button id="add" phx-click=${on.add}>Add ${count}</button>
    ${open && html`<p id="shown">shown ${trustedHtml("<b>in bold</b>")}</p>`}
    ${portal({ id: "away", target: "body", inner: html`<i id="ported">${count}</i>` })}
    <ul id="items" phx-update="stream">${items.map((item, id) => html`<li id=${id}>${item.id}</li>`)}</ul>`,
});

const served = useServed(createEndpoint({
  secret: newSecret(), trustedTypes: true, live: [liveSession("default", {}, (live) => {
    live("/", Page);
    live("/again", Page);
  })],
}));
let watched: Watched | undefined;
afterEach(() => watched?.page.context().close());

it("the unmodified client renders, patches, streams and teleports where Trusted Types are enforced, without a complaint", async () => {
  watched = await watch(await served.browser.newContext());
  const { page, complaints } = watched;
  await page.goto(served.url);
  await connected(page);
  await page.click("#toggle");
  expect(await page.innerHTML("#shown")).toContain("<b>in bold</b>");
  await page.click("#add");
  await page.waitForSelector("#items li:nth-child(2)");
  expect(await page.textContent("#ported")).toBe("1");
  await page.click("#toggle");
  await page.waitForSelector("#shown", { state: "detached" });
  expect(complaints).toEqual([]);
});

it("no script enters that page, neither as text nor from elsewhere", async () => {
  watched = await watch(await served.browser.newContext());
  const { page } = watched;
  await page.goto(served.url);
  await connected(page);
  const tried = await page.evaluate(() => {
    const attempt = (job: () => void): string => {
      try {
        job();
        return "done";
      } catch (error) {
        return (error as Error).name;
      }
    };
    const script = (): HTMLScriptElement => document.createElement("script");
    return {
      text: attempt(() => { script().text = "1"; }),
      foreign: attempt(() => { script().src = "https://evil.example/x.js"; }),
      blob: attempt(() => { script().src = URL.createObjectURL(new Blob(["1"])); }),
      data: attempt(() => { script().src = "data:text/javascript,1"; }),
      handler: attempt(() => document.body.setAttribute("onclick", "1")),
      policy: attempt(() => void (window as unknown as { trustedTypes: { createPolicy(name: string, rules: object): void } }).trustedTypes.createPolicy("other", {})),
      own: attempt(() => { script().src = "/assets/holdfast/start.js"; }),
      html: attempt(() => { document.createElement("div").innerHTML = "<b>x</b>"; }),
    };
  });
  expect(tried).toEqual({
    text: "TypeError", foreign: "TypeError", blob: "TypeError", data: "TypeError", handler: "TypeError", policy: "TypeError", own: "done", html: "done",
  });
});
