import { expect, test } from "vitest";
import { createEndpoint, html, liveSession, liveView, type EndpointOptions } from "holdfast";
import { openBrowser } from "holdfast/testing";

const Page = liveView.define({ authorize: "public", render: () => html`<p></p>` });

function endpointWith(options: Partial<EndpointOptions>): ReturnType<typeof createEndpoint> {
  return createEndpoint({
    secret: "a secret of the tests, and of no one else", live: [liveSession("default", {}, (live) => live("/", Page))], ...options,
  });
}

test("a probe is answered, without a session", async () => {
  const { app } = endpointWith({ health: true });
  for (const path of ["/healthz", "/readyz"]) {
    const response = await app.request(path);
    expect([response.status, await response.text(), response.headers.get("cache-control"), response.headers.get("set-cookie")])
      .toEqual([200, "ok", "no-store", null]);
  }
});

test("readiness ends with the first moment of a drain, while pages are still served", async () => {
  const endpoint = endpointWith({ health: { ready: "/internal/ready" }, limits: { drainStepFraction: 0.4, drainStepMs: 3_600_000, drainMaxMs: Infinity } });
  const pages = await Promise.all(Array.from({ length: 3 }, () => openBrowser(endpoint).visit("/")));
  const draining = endpoint.close({ drain: true });
  const [live, ready, page] = await Promise.all(["/healthz", "/internal/ready", "/"].map((path) => endpoint.app.request(path)));
  expect(pages.some((open) => open.closed === undefined)).toBe(true);
  expect([live!.status, ready!.status, await ready!.text(), page!.status]).toEqual([200, 503, "draining", 200]);
  // Whoever closes it without a drain does not wait.
  await Promise.all([endpoint.close(), draining]);
});

test("without the option there are no such routes", async () => {
  const { app } = endpointWith({});
  expect([(await app.request("/healthz")).status, (await app.request("/readyz")).status]).toEqual([404, 404]);
});

test("a path that is none is refused", () => {
  expect(() => endpointWith({ health: { live: "healthz" } })).toThrow(/health: \{ live: "\/healthz"/);
});
