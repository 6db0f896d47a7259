// A template in plain JavaScript has no compiler to tell it that `on.svae` is no event.
import { createEndpoint, html, liveComponent, liveSession, liveView, type HoldfastError, type Rendered } from "holdfast";
import { afterEach, expect, test, vi } from "vitest";

afterEach(() => vi.unstubAllEnvs());

/** What JavaScript sees: names that nobody has checked. */
type AnyRefs = Readonly<Record<string, never>>;

/** A page whose view renders this, and what its log says. */
function pageOf(render: (on: AnyRefs) => Rendered): { get: () => Promise<Response>; logged: unknown[] } {
  const logged: unknown[] = [];
  const Post = liveView.define({
    name: "post", authorize: "public",
    events: { save: { handle: () => {} }, remove: { handle: () => {} } },
    render: (_assigns, on) => render(on as unknown as AnyRefs),
  });
  const { app } = createEndpoint({
    secret: "a secret of this test, long enough to be one", log: (_message, { error }) => void logged.push(error),
    live: [liveSession("default", {}, (live) => live("/", Post))],
  });
  return { get: async () => app.request("/"), logged };
}

test("in development a view that renders an event under a name it does not declare is refused, with the view, the file and the line", async () => {
  vi.stubEnv("NODE_ENV", "development");
  const { get, logged } = pageOf((on) => html`<button phx-click=${on["svae"]!}>Save</button>`);
  expect((await get()).status).toBe(500);
  expect(logged).toContainEqual(expect.objectContaining({ code: "template_value_refused" }));
  const [{ parts }] = logged.filter((error) => error instanceof Error) as [HoldfastError];
  expect(parts).toEqual({
    what: 'The view "post" renders on.svae, and declares no such event.', expected: "on.save, on.remove", got: "undefined",
    at: expect.stringMatching(/misspelt-events\.test\.ts:\d+:\d+$/) as string, fix: "on.save, or declare svae in `events`",
  });
});

test("a component's are refused as well", async () => {
  vi.stubEnv("NODE_ENV", "development");
  const Like = liveComponent().define({
    name: "like", events: { like: { handle: () => {} } },
    render: (_assigns, on) => html`<button phx-click=${(on as unknown as AnyRefs)["likes"]!}>Like</button>`,
  });
  const { get, logged } = pageOf(() => html`<main>${Like({ id: "a" })}</main>`);
  expect((await get()).status).toBe(500);
  expect(logged).toContainEqual(expect.objectContaining({ message: expect.stringContaining('The component "like" renders on.likes') as string }));
});

test("declared events, left-out attributes and questions whether there is an event are not", async () => {
  vi.stubEnv("NODE_ENV", "development");
  const { get, logged } = pageOf((on) => html`
    <button phx-click=${on["save"]!} phx-focus=${undefined}>${Object.keys(on).join()} ${"svae" in on}</button>`);
  const response = await get();
  expect(response.status, String(logged)).toBe(200);
  expect(await response.text()).toContain('<button phx-click="save">save,remove </button>');
});

test("in production the attribute is left out", async () => {
  vi.stubEnv("NODE_ENV", "production");
  const { get } = pageOf((on) => html`<button phx-click=${on["svae"]!}>Save</button>`);
  expect(await (await get()).text()).toContain("<button>Save</button>");
});
