import { createEndpoint, form, HoldfastError, html, liveComponent, liveSession, liveView, onMount } from "holdfast";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";

const closes: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closes.splice(0)) await close();
});

/** What is thrown by a page whose mount, hook or component's mount returns this, as in a program that nobody compiled; undefined if it is shown. */
async function thrownBy(where: "mount" | "hook" | "component", returned: unknown): Promise<unknown> {
  const mount = (): never => returned as never;
  const Part = liveComponent<object>().define({ name: "part", ...(where === "component" && { mount }), render: () => html`<p>part</p>` });
  const Page = liveView.define({
    name: "page", authorize: "public", ...(where === "mount" && { mount }), render: () => html`<h1>shown</h1>${Part({ id: "part" })}`,
  });
  let thrown: unknown;
  const endpoint = createEndpoint({
    secret: "a secret of this test, long enough to be one",
    live: [liveSession("default", { ...(where === "hook" && { onMount: onMount(mount) }) }, (live) => live("/", Page as never))],
    log: (_message, { error }) => void (thrown ??= error),
  });
  closes.push(() => endpoint.close());
  const { status } = await endpoint.app.request("/");
  expect(status).toBe(thrown === undefined ? 200 : 500);
  return thrown;
}

const draft = form(z.object({ title: z.string() }), { title: "" });

test.each([
  ["mount", "a string", 'mount of the view "page"', "hello"],
  ["mount", "an array", 'mount of the view "page"', ["a"]],
  ["mount", "a LiveForm", 'mount of the view "page"', draft],
  ["hook", "a Map", 'a hook of the view "page"', new Map([["user", 1]])],
  ["component", "a number", 'mount of the component "part"', 7],
] as const)("a %s that returns %s is refused by name", async (where, got, who, returned) => {
  const thrown = await thrownBy(where, returned);
  expect(thrown).toBeInstanceOf(HoldfastError);
  expect(String(thrown)).toContain(`${who} returned no assigns.`);
  expect(String(thrown)).toContain(`got:      ${got}`);
});

test.each(["mount", "hook", "component"] as const)("a %s may return assigns, or nothing", async (where) => {
  for (const returned of [{ a: 1 }, Object.create(null), undefined, null]) expect(await thrownBy(where, returned)).toBeUndefined();
  if (where !== "hook") expect(await thrownBy(where, false)).toBeUndefined();
});

test("a hook that returns false lets nobody in: elsewhere that keeps a user out", async () => {
  expect(String(await thrownBy("hook", false))).toMatch(/A hook of the view "page" returned false.*return redirect\("\/login"\), or throw new Forbidden/s);
});
