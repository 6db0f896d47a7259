// The blog, attacked by the kit as any application can be, and who may what in it.
import { liveView } from "holdfast";
import { accessMatrix, attack, openBrowser, type Browser } from "holdfast/testing";
import { afterEach, expect, test, vi } from "vitest";
import type { App } from "../src/web/endpoint.js";
import { browserOf, login, seededBlog } from "./seeded-blog.js";

let app: App;
afterEach(async () => {
  vi.restoreAllMocks();
  await app.close();
});

async function start(): Promise<Record<string, Browser>> {
  app = await seededBlog();
  const principals: Record<string, Browser> = { nobody: openBrowser(app.endpoint) };
  for (const role of ["reader", "editor", "admin"]) {
    principals[role] = await browserOf(app, login(role));
  }
  return principals;
}

const paths = ["/posts/1?open=rename", "/posts/2/edit"];
const matrixOf = async (): Promise<string> => {
  const principals = await start();
  return accessMatrix(app.endpoint, { principals, paths, samples: { "post.renamePost": { title: "A title" } } });
};

test("nothing gets through", async () => {
  const principals = await start();
  const report = await attack(app.endpoint, { principals, paths: [...paths, "/login", "/register"] });
  report.expectHeld();
  for (const kind of ["wrong door", "forged event", "another's values", "replay", "forged form", "hostile text", "odd shape"] as const) {
    expect({ kind, tried: report.count("refused", kind) > 0 }).toEqual({ kind, tried: true });
  }
  expect(report.count("handled", "control")).toBeGreaterThan(0);
});

test("who may what is what access-matrix.md says: a change belongs into a review", async () => {
  await expect(await matrixOf()).toMatchFileSnapshot("access-matrix.md");
});

/** A definition, as far as policies go. */
interface Definition {
  readonly name: string;
  readonly authorize: unknown;
  readonly events?: Readonly<Record<string, { readonly authorize?: unknown }>>;
}

/** Lets every view of the blog pass on its way into `define`. */
function rewrite(change: (definition: Definition) => Definition): void {
  const base = Object.getPrototypeOf(liveView) as { define(definition: Definition): unknown };
  const { define } = base;
  vi.spyOn(base, "define").mockImplementation(function defineOther(this: unknown, definition) {
    return define.call(this, change(definition));
  });
}

test("deleting any one policy changes the table", async () => {
  const policies: { readonly view: string; readonly event?: string }[] = [];
  rewrite((definition) => {
    if (definition.authorize !== "public") policies.push({ view: definition.name });
    for (const [event, { authorize }] of Object.entries(definition.events ?? {})) if (authorize !== undefined) policies.push({ view: definition.name, event });
    return definition;
  });
  const whole = await matrixOf();
  vi.restoreAllMocks();
  expect(policies.length).toBeGreaterThanOrEqual(8);
  for (const { view, event } of policies) {
    await app.close();
    rewrite((definition) => {
      if (definition.name !== view) return definition;
      if (event === undefined) return { ...definition, authorize: "public" };
      const { authorize: _deleted, ...without } = definition.events![event]!;
      return { ...definition, events: { ...definition.events, [event]: without } };
    });
    expect({ view, event, same: (await matrixOf()) === whole }).toEqual({ view, event, same: false });
    vi.restoreAllMocks();
  }
});
