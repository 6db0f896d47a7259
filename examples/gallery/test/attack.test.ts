// The gallery, attacked by the kit: every page of it is public, so what is tried is events, values, replays and text.
import { attack, openBrowser } from "holdfast/testing";
import { afterAll, expect, test } from "vitest";
import { createGallery } from "../dist/app.js";
import { pages } from "../dist/registry.js";

const gallery = createGallery({ secret: "a secret of these tests, long enough", log: () => {}, limits: { crashBudget: Infinity } });
afterAll(() => gallery.close());

test("nothing gets through", async () => {
  const report = await attack(gallery, {
    principals: { somebody: openBrowser(gallery), another: openBrowser(gallery, { address: "127.0.0.2" }) },
    paths: [
      ...pages.map(({ path }) => path), "/navigation/params/clover", "/navigation/params/clover/edit", "/errors/refused/mount/forbidden",
    ],
    // An error of nobody's, which the test runner takes for the test's; and a handler that waits until another is pressed.
    spares: ["Crash.unawaited", "Child.block"],
  });
  expect(report.holes).toEqual([]);
  report.expectHeld();
}, 600_000);
