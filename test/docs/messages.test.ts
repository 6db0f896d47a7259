import { createEndpoint, createPubSub, html, keyed, liveComponent, liveSession, liveView, topic, type EndpointOptions, type LiveView } from "holdfast";
import { serve } from "holdfast/node";
import { openBrowser, type Browser } from "holdfast/testing";
import { afterEach, expect, test, vi } from "vitest";
import { z } from "zod";

// The error texts that the guides show. Each is raised here; a text that changes has to change in the guides too.
const secret = "a secret of the guides, long enough to be one";
const endpoints: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(endpoints.splice(0).map((endpoint) => endpoint.close()));
});

async function messageOf(run: () => unknown): Promise<string> {
  try {
    await run();
  } catch (error) {
    // Where a template is: the guides' reader has it in a file of their own.
    return `${(error as Error).message.replaceAll(/\S*\/messages\.test\.ts:\d+:\d+/g, "src/page.ts:12:17")}\n`;
  }
  throw new Error("nothing went wrong");
}

/** What a function given as `log` is told while `act` runs. */
async function logOf(
  view: LiveView, act: (browser: Browser) => Promise<unknown>, options: Partial<EndpointOptions> = {},
): Promise<string> {
  const lines: string[] = [];
  const endpoint = createEndpoint({
    secret, live: [liveSession("default", {}, (live) => live("/", view))],
    log: (message, details) => void lines.push(`${message} ${JSON.stringify(details, null, 2)}`), ...options,
  });
  endpoints.push(endpoint);
  await act(openBrowser(endpoint));
  return `${lines.join("\n")}\n`;
}

/** What makes the page of a view fail. */
async function crashOf(definition: Parameters<typeof liveView.define>[0]): Promise<string> {
  const errors: unknown[] = [];
  const endpoint = createEndpoint({
    secret, live: [liveSession("default", {}, (live) => live("/", liveView.define({ name: "Page", ...definition })))],
    log: (_message, details) => void errors.push(details["error"]),
  });
  endpoints.push(endpoint);
  await openBrowser(endpoint).get("/");
  return messageOf(() => Promise.reject(errors[0] as Error));
}

const shown = (name: string): string => `../../docs/guides/messages/${name}.txt`;

test("the guide shows the message for a view without a policy", async () => {
  const define = liveView.define as (definition: object) => unknown;
  await expect(await messageOf(() => define.call(liveView, { name: "Poll", render: () => html`<p></p>` }))).toMatchFileSnapshot(shown("no-policy"));
});

test("a hole where no value is safe", async () => {
  const name = "x";
  await expect(await messageOf(() => String(html`<script>const name = "${name}";</script>`))).toMatchFileSnapshot(shown("hole-in-script"));
});

test("a value that is no content", async () => {
  await expect(await crashOf({ authorize: "public", render: () => html`<p>${{ tea: 1 } as unknown as string}</p>` })).toMatchFileSnapshot(shown("object-in-template"));
});

test("two items with one key", async () => {
  const rows = [{ id: 1 }, { id: 1 }];
  await expect(await crashOf({ authorize: "public", render: () => html`<ul>${keyed(rows, ({ id }) => id, () => html`<li></li>`)}</ul>` })).toMatchFileSnapshot(shown("same-key"));
});

test("a template that a browser would repair", async () => {
  await expect(await messageOf(() => String(html`<ul><li>One</ul>`))).toMatchFileSnapshot(shown("malformed"));
});

test("two components with one id", async () => {
  const Like = liveComponent().define({ name: "Like", render: () => html`<b></b>` });
  await expect(await crashOf({ authorize: "public", render: () => html`${Like({ id: "like" })}${Like({ id: "like" })}` })).toMatchFileSnapshot(shown("same-id"));
});

test("a component that is more than one element", async () => {
  const Like = liveComponent().define({ name: "Like", render: () => html`<b></b><i></i>` });
  await expect(await crashOf({ authorize: "public", render: () => html`${Like({ id: "like" })}` })).toMatchFileSnapshot(shown("two-roots"));
});

test("a secret that is none", async () => {
  await expect(await messageOf(() => createEndpoint({ secret: "secret" }))).toMatchFileSnapshot(shown("weak-secret"));
});

test("a production server that does not know its own address", async () => {
  vi.stubEnv("NODE_ENV", "production");
  const endpoint = createEndpoint({ secret, log: () => {} });
  endpoints.push(endpoint);
  await expect(await messageOf(() => serve(endpoint, { port: 0, host: "0.0.0.0" }))).toMatchFileSnapshot(shown("no-url"));
});

test("several processes that nothing connects", async () => {
  vi.stubEnv("WEB_CONCURRENCY", "2");
  const endpoint = createEndpoint({ secret, log: () => {} });
  endpoints.push(endpoint);
  await expect(await messageOf(() => serve(endpoint, { port: 0 }))).toMatchFileSnapshot(shown("no-backplane"));
});

test("a payload that another node could not be given", async () => {
  const changed = topic<object>("ticket:changed");
  class Ticket {
    readonly id = 7;
  }
  const pubsub = createPubSub();
  await expect(await messageOf(() => pubsub.broadcast(changed, { ticket: new Ticket() }))).toMatchFileSnapshot(shown("not-data"));
});

test("an event with a payload that its schema refuses", async () => {
  vi.stubEnv("NODE_ENV", "development");
  const Page = liveView.define({
    name: "Board", authorize: "public", events: { move: { params: z.object({ columnId: z.coerce.number() }), handle: () => {} } },
    render: (_assigns, on) => html`<button phx-click=${on.move} phx-value-column-id="3">Move</button>`,
  });
  await expect(await logOf(Page, async (browser) => {
    const page = await browser.visit("/");
    await page.expectRefused(() => page.click("button"));
  })).toMatchFileSnapshot(shown("bad-payload"));
});

test("a form that is sent by another site, or without its token", async () => {
  const Page = liveView.define({ name: "Page", authorize: "public", render: () => html`<p></p>` });
  const log = await logOf(Page, async (browser) => {
    await browser.get("/");
    await browser.request("/login", { method: "POST", headers: { origin: "https://desk.example" } });
  }, { routes: (app) => app.post("/login", (c) => c.text("in")) });
  await expect(log).toMatchFileSnapshot(shown("wrong-origin"));
});

test("the guide shows the message for a redirect out of the application", async () => {
  await expect(await crashOf({ authorize: "public", mount: (socket) => socket.redirect(String("https://elsewhere.example/")), render: () => html`` })).toMatchFileSnapshot(shown("redirect"));
});

test("what the kit says of an element that is not there, and of a text that is another", async () => {
  const Page = liveView.define({ name: "Board", authorize: "public", render: () => html`<button phx-click="x">Take</button><p id="state">waiting</p>` });
  const endpoint = createEndpoint({ secret, live: [liveSession("default", {}, (live) => live("/", Page))], log: () => {} });
  endpoints.push(endpoint);
  const page = await openBrowser(endpoint).visit("/");
  await expect(await messageOf(() => page.click("#take"))).toMatchFileSnapshot(shown("kit-not-found"));
  await expect(await messageOf(() => page.expectText("#state", "with ada"))).toMatchFileSnapshot(shown("kit-expectation"));
});
