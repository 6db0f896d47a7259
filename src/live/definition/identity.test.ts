import { expect, it } from "vitest";
import { html } from "../../html/index.js";
import { liveView } from "../index.js";

it("views without a name are different views, as those with names are", () => {
  const define = (name?: string) => liveView.define({ ...(name !== undefined && { name }), authorize: "public", render: () => html`` });
  const identities = [define(), define(), define("view"), define("unnamed 1"), define("Posts")].map(({ identity }) => identity);
  expect(new Set(identities).size).toBe(identities.length);
  expect(define("Posts").identity).toBe(identities.at(-1));
});
