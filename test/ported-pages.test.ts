import {
  childMessage, createEndpoint, html, liveComponent, liveRender, liveSession, liveView, logIn, patch, sessionOf, type Endpoint,
} from "holdfast";
import { openBrowser } from "holdfast/testing";
import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";

interface Line {
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}
const lines: Line[] = [];
let endpoint: Endpoint | undefined;
afterEach(async () => {
  lines.length = 0;
  await endpoint?.close();
});

const Gauge = liveComponent<{ label: string; value: number; flash?: string }>().define({
  mount: () => ({ seen: [] as readonly string[] }),
  update: (socket, { label, value, flash = "none" }) => socket.update("seen", (seen) => [...seen, `${label} ${value} ${flash}`]),
  render: ({ seen }) => html`<ol>${seen.map((each) => html`<li>${each}</li>`)}</ol>`,
});
const Panel = liveView.define({
  name: "Panel",
  authorize: "public",
  mount: () => ({ label: "cpu" }),
  events: {
    send: {
      bind: z.object({ value: z.number().optional(), flash: z.string().optional() }),
      handle: (socket, sent) => socket.sendUpdate(Gauge, { id: "gauge", ...sent }),
    },
    rename: { handle: (socket) => socket.assign({ label: "memory" }) },
    jump: { handle: () => patch(`?at=${lines.length}`) },
  },
  render: ({ label }, on) => html`
    ${Gauge({ id: "gauge", label, value: 1 })}
    <button id="value" phx-click=${on.send({ value: 2 })}>2</button>
    <button id="flash" phx-click=${on.send({ flash: "red" })}>red</button>
    <button id="rename" phx-click=${on.rename}>rename</button>
    <button id="jump" phx-click=${on.jump}>jump</button>`,
});

const saved = childMessage<string>("saved");
const Editor = liveComponent<{ title: string }>().define({
  events: { save: { handle: (socket) => socket.tellParent(saved, socket.assigns.title) } },
  render: ({ title }, on) => html`<button class="save" phx-click=${on.save}>${title}</button>`,
});
const Inner = liveView.define({
  name: "Inner",
  authorize: "public",
  topics: () => ({ saved }),
  mount: () => ({ heard: [] as readonly string[] }),
  messages: { saved: (socket, title) => socket.update("heard", (heard) => [...heard, title]) },
  render: ({ heard }) => html`<div><b id="inner-heard">${heard.join()}</b>${Editor({ id: "inner", title: "inner" })}</div>`,
});
const Outer = liveView.define({
  name: "Outer",
  authorize: "public",
  topics: () => ({ saved }),
  mount: () => ({ heard: [] as readonly string[] }),
  messages: {
    saved(socket, title) {
      socket.update("heard", (heard) => [...heard, title]);
      return patch(`/outer?last=${title}`);
    },
  },
  render: ({ heard }) => html`
    <b id="heard">${heard.join()}</b>
    ${Editor({ id: "outer", title: "outer" })}
    ${liveRender(Inner, { id: "nested" })}`,
});

const Search = liveView.define({
  name: "Search",
  authorize: "public",
  mount: () => ({ heard: "" }),
  events: {
    form: { params: z.record(z.string(), z.unknown()), handle: (socket, fields) => socket.assign({ heard: `form ${String(fields["city"])}` }) },
    field: { params: z.record(z.string(), z.unknown()), handle: (socket, fields) => socket.assign({ heard: `field ${JSON.stringify(fields)}` }) },
  },
  render: ({ heard }, on) => html`
    <p id="said">${heard}</p>
    <form id="order" phx-change=${on.form}>
      <input name="city" aria-label="City">
      <input id="inside" name="inside" aria-label="Inside" phx-change=${on.field}>
    </form>
    <input id="outside" name="outside" form="order" aria-label="Outside" phx-change=${on.field}>
    <input id="plain" name="plain" form="order" aria-label="Plain">`,
});

function start(url?: string): Endpoint {
  endpoint = createEndpoint({
    url,
    secret: "a secret of the ported pages, long enough to be one",
    log: (message, details) => void lines.push({ message, details }),
    csrfExempt: () => true,
    live: [liveSession("default", {}, (live) => {
      live("/panel", Panel);
      live("/outer", Outer);
      live("/search", Search);
    })],
    routes(app) {
      app.post("/login", async (c) => {
        await logIn(c, { liveSocketId: "user:1" }, { persistent: c.req.query("remember") === "yes" });
        return c.redirect("/");
      });
      app.post("/again", (c) => {
        sessionOf(c).put({});
        return c.redirect("/");
      });
    },
  });
  return endpoint;
}

describe("a component's update", () => {
  test("has all props that its parent gives, when sendUpdate sends one of them or another", async () => {
    const page = await openBrowser(start()).visit("/panel");
    for (const button of ["#value", "#flash", "#rename"]) {
      await page.click(button);
      await page.settle();
    }
    page.expectText("ol", /^\s*cpu 1 none\s*cpu 2 none\s*cpu 2 red\s*memory 1 none\s*$/);
  });
});

describe("a component's message to its parent", () => {
  test("reaches its view, whose handler may lead elsewhere, as the generator's form tells its page what it has saved", async () => {
    const page = await openBrowser(start()).visit("/outer");
    await page.click({ selector: ".save", text: "outer" });
    await page.settle();
    page.expectText("#heard", "outer");
    page.expectPatch("/outer?last=outer");
  });

  test("reaches the nested view that shows it, and not the view around that one", async () => {
    const page = await openBrowser(start()).visit("/outer");
    const nested = await page.child("#nested");
    await nested.click({ selector: ".save", text: "inner" });
    await page.settle();
    nested.expectText("#inner-heard", "inner");
    page.refuteText("#heard", "inner");
  });
});

describe("a field with a phx-change of its own", () => {
  test.each([
    ["#order", { inside: "a" }], ["#order", { outside: "a" }], ["#inside", { inside: "a" }], ["#outside", { outside: "a" }],
  ])("sends that one, and only itself: %s %o", async (selector, values) => {
    const page = await openBrowser(start()).visit("/search");
    await page.change(selector, values);
    page.expectText("#said", `field ${JSON.stringify({ ...values, _target: Object.keys(values) })}`);
    await page.change("#order", { city: "Rome" });
    page.expectText("#said", "form Rome");
  });

  test("is the only kind of field that stands for its form", async () => {
    const page = await openBrowser(start()).visit("/search");
    await expect(page.change("#plain", { plain: "a" })).rejects.toThrow("an element that is not a form");
  });
});

describe("a page of an endpoint with a url", () => {
  test("is live where the url is; elsewhere its handshake is refused, and the error says how to visit it", async () => {
    const lost = await openBrowser(start("https://desk.example")).visit("/search");
    await expect(lost.change("#order", { city: "Rome" })).rejects.toThrow(/is not live[^]*openBrowser\(endpoint, \{ origin/);
    const page = await openBrowser(endpoint!, { origin: "https://desk.example" }).visit("/search");
    await page.change("#order", { city: "Rome" });
    page.expectText("#said", "form Rome");
  });
});

describe("a patch to a query alone", () => {
  test("is refused, and the error says what is missing", async () => {
    const page = await openBrowser(start()).visit("/panel");
    await page.click("#jump").catch(() => undefined);
    const crash = lines.find(({ message }) => message === "view crashed");
    expect(String(crash?.details["error"])).toMatch(/redirect_refused[^]*begin with the path of the page/);
  });
});

describe("a log-in", () => {
  const post = async (path: string, cookie = ""): Promise<string> => {
    const response = await endpoint!.app.request(path, { method: "POST", headers: { cookie } });
    return response.headers.getSetCookie().find((each) => each.startsWith("holdfast-login=")) ?? "";
  };

  test("that is persistent outlives the browser", async () => {
    start();
    expect(await post("/login?remember=yes")).toMatch(/; Max-Age=12\d{5}/);
  });

  test("that is not persistent ends with the browser, also when the session is written again", async () => {
    start();
    const cookie = await post("/login");
    expect(cookie).toMatch(/^holdfast-login=.+HttpOnly/);
    expect(cookie).not.toContain("Max-Age");
    const again = await post("/again", cookie.split(";")[0]);
    expect(again).toMatch(/^holdfast-login=.+HttpOnly/);
    expect(again).not.toContain("Max-Age");
  });
});
