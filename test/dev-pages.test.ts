import { afterEach, expect, it, vi } from "vitest";
import { createEndpoint, html, liveSession, liveView, type Endpoint } from "holdfast";
import { DevPages } from "../dist/dev/dev-pages.js";
import { DevSocket } from "../dist/dev/dev-socket.js";

afterEach(() => vi.unstubAllEnvs());

/** An application in development that has a name of its own: `url` is set, so requests to any host are answered. */
function application(): Endpoint {
  vi.stubEnv("NODE_ENV", "development");
  const Page = liveView.define({ name: "page", authorize: "public", render: () => html`<p>Hello</p>` });
  const Broken = liveView.define({
    name: "broken", authorize: "public",
    mount() {
      throw new Error("out of paper");
    },
    render: () => html`<p>Hello</p>`,
  });
  return createEndpoint({
    secret: crypto.randomUUID() + crypto.randomUUID(), url: "https://desk.example", log: () => {},
    live: [liveSession("default", {}, (live) => {
      live("/", Page);
      live("/broken", Broken);
    })],
  });
}

it.each([
  ["127.0.0.1:4000", true], ["localhost:4000", true], ["[::1]:4000", true], ["desk.localhost", true],
  ["desk.example", false], ["rebound.example:4000", false],
])("a page under the host %s has the overlay, its script and the crash's source: %s", async (host, has) => {
  const endpoint = application();
  const pages = new DevPages(process.cwd(), new DevSocket(), false);
  const fetch = pages.around(endpoint.fetch);
  try {
    const page = await fetch(new Request(`http://${host}/`));
    expect(page.status).toBe(200);
    const text = await page.text();
    expect(text).toContain("Hello");
    expect(text.includes("__holdfast")).toBe(has);
    expect((await fetch(new Request(`http://${host}/__holdfast/overlay.js`))).status).toBe(has ? 200 : 404);
    const broken = await fetch(new Request(`http://${host}/broken`));
    expect(broken.status).toBe(500);
    expect((await broken.text()).includes("dev-pages.test.ts")).toBe(has);
  } finally {
    pages.close();
    await endpoint.close();
  }
});
