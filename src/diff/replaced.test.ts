import { expect, test } from "vitest";
import { Replaced } from "./replaced.js";

const wanted = { name: "save", target: undefined };
const found = { name: "save" } as never;

test.each([["later", 29_000, 31_000], ["earlier, because the clock was set back", -29_000, -31_000]])(
  "what was shown counts for half a minute, and no longer when the clock says %s", (_what, within, beyond) => {
    let now = 1_000_000;
    const replaced = new Replaced(() => now);
    replaced.follows({ find: () => found, forms: () => [] }, 0);
    now += within;
    expect(replaced.find(wanted, 1)).toBe(found);
    now += beyond - within;
    expect(replaced.find(wanted, 2)).toBeUndefined();
    replaced.end();
  });
