import { describe, expect, test } from "vitest";
import { EventRef, JS, type Commands } from "./index.js";

const list = (commands: Commands | EventRef): unknown => JSON.parse(commands.encode());

describe("event references", () => {
  test("a view's is its name", () => {
    expect(new EventRef("save").encode()).toBe("save");
    expect(list(JS.push(new EventRef("save")))).toEqual([["push", { event: "save" }]]);
  });
  test("a component's carries its target", () => {
    expect(new EventRef("save", 3).encode()).toBe('[["push",{"event":"save","target":3}]]');
    expect(list(JS.push(new EventRef("save", 3), { value: { id: 1 } })))
      .toEqual([["push", { event: "save", target: 3, value: { id: 1 } }]]);
  });
  test("an option's target wins", () => {
    expect(list(JS.push(new EventRef("save", 3), { target: "#other" }))).toEqual([["push", { event: "save", target: "#other" }]]);
    expect(list(JS.push(new EventRef("save"), { target: 2 }))).toEqual([["push", { event: "save", target: 2 }]]);
  });
});
