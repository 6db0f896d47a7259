import { createEndpoint, html, liveComponent, liveSession, liveView, logIn, patch, sessionOf, type Endpoint } from "holdfast";
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

function start(): Endpoint {
  endpoint = createEndpoint({
    secret: "a secret of the ported pages, long enough to be one",
    log: (message, details) => void lines.push({ message, details }),
    csrfExempt: () => true,
    live: [liveSession("default", {}, (live) => live("/panel", Panel))],
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
