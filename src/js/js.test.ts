import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { EventRef, JS, type Commands } from "./index.js";

const list = (commands: Commands | EventRef): unknown => JSON.parse(commands.encode());

describe("event references", () => {
  test("a view's is its name", () => {
    expect(new EventRef("save").encode()).toBe("save");
    expect(list(JS.push(new EventRef("save")))).toEqual([["push", { event: "save" }]]);
  });
  test.each(["phx-mounted", "phx-remove", "phx-connected", "phx-disconnected", "data-js-close"])("in %s a view's is a command, because the client runs nothing else there", (attribute) => {
    expect(new EventRef("save").encode({ attribute })).toBe('[["push",{"event":"save"}]]');
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

describe("commands, with the argument names that the client's js.js reads", () => {
  const on = new EventRef("save");
  const full = { to: "#a", transition: ["x  y", "from", "to"], time: 300, blocking: false } as const;
  const fullArgs = { to: "#a", transition: [["x", "y"], ["from"], ["to"]], time: 300, blocking: false };

  test.each<[string, Commands, unknown]>([
    ["push", JS.push(on, { value: { a: [1, { b: null }] }, loading: "#l", pageLoading: true }),
      ["push", { event: "save", value: { a: [1, { b: null }] }, loading: "#l", page_loading: true }]],
    ["show", JS.show({ ...full, display: "flex" }), ["show", { ...fullArgs, display: "flex" }]],
    ["show, bare", JS.show(), ["show", {}]],
    ["hide", JS.hide(full), ["hide", fullArgs]],
    ["toggle", JS.toggle({ to: "#a", in: "fade in", out: ["a", "b", "c"], display: "grid", time: 1, blocking: true }),
      ["toggle", { to: "#a", display: "grid", ins: [["fade", "in"], [], []], outs: [["a"], ["b"], ["c"]], time: 1, blocking: true }]],
    ["toggle, bare", JS.toggle(), ["toggle", {}]],
    ["addClass", JS.addClass(" a  b ", full), ["add_class", { names: ["a", "b"], ...fullArgs }]],
    ["removeClass", JS.removeClass("a"), ["remove_class", { names: ["a"] }]],
    ["toggleClass", JS.toggleClass("a", { to: { closest: "li" } }), ["toggle_class", { names: ["a"], to: { closest: "li" } }]],
    ["transition", JS.transition("shake", { to: { inner: "p" }, time: 5, blocking: false }),
      ["transition", { to: { inner: "p" }, transition: [["shake"], [], []], time: 5, blocking: false }]],
    ["setAttribute", JS.setAttribute("Aria-expanded", "true", { to: "#a" }), ["set_attr", { attr: ["Aria-expanded", "true"], to: "#a" }]],
    ["setAttribute, a binding", JS.setAttribute("phx-click", JS.push(on)),
      ["set_attr", { attr: ["phx-click", '[["push",{"event":"save"}]]'] }]],
    ["removeAttribute", JS.removeAttribute("hidden", { to: "#a" }), ["remove_attr", { attr: "hidden", to: "#a" }]],
    ["toggleAttribute", JS.toggleAttribute("open", "open", { to: "#a" }), ["toggle_attr", { attr: ["open", "open"], to: "#a" }]],
    ["toggleAttribute, two", JS.toggleAttribute("aria-expanded", ["true", "false"]),
      ["toggle_attr", { attr: ["aria-expanded", "true", "false"] }]],
    ["ignoreAttributes", JS.ignoreAttributes("open"), ["ignore_attrs", { attrs: ["open"] }]],
    ["ignoreAttributes, more", JS.ignoreAttributes(["open", "data-*"], { to: "#a" }), ["ignore_attrs", { attrs: ["open", "data-*"], to: "#a" }]],
    ["focus", JS.focus({ to: "#a" }), ["focus", { to: "#a" }]],
    ["focusFirst", JS.focusFirst(), ["focus_first", {}]],
    ["pushFocus", JS.pushFocus({ to: "#a" }), ["push_focus", { to: "#a" }]],
    ["popFocus", JS.popFocus(), ["pop_focus", {}]],
    ["dispatch", JS.dispatch("app:x", { to: "#a", detail: { n: 1 }, bubbles: false, blocking: true }),
      ["dispatch", { event: "app:x", to: "#a", detail: { n: 1 }, bubbles: false, blocking: true }]],
    ["navigate", JS.navigate("/a?b#c", { replace: true }), ["navigate", { href: "/a?b#c", replace: true }]],
    ["patch", JS.patch("/a"), ["patch", { href: "/a" }]],
    ["exec", JS.exec("phx-remove", { to: "#a" }), ["exec", { attr: "phx-remove", to: "#a" }]],
  ])("%s", (_name, commands, expected) => {
    expect(list(commands)).toEqual([expected]);
  });

  test("every command is one that the client executes, with arguments that it reads", async () => {
    const source = await readFile(new URL("../../node_modules/phoenix_live_view/assets/js/phoenix_live_view/js.js", import.meta.url), "utf8");
    const { transition: _classes, ...timing } = full;
    const all = JS.push(on, { value: {}, loading: "", pageLoading: true, target: 1 }).show({ ...full, display: "" }).hide(full)
      .toggle({ to: "", in: "a", out: "b", display: "", time: 1, blocking: true }).addClass("a", full).removeClass("a", full)
      .toggleClass("a", full).transition("a", timing).setAttribute("a", "b").removeAttribute("a").toggleAttribute("a", "b")
      .ignoreAttributes("a").focus().focusFirst().pushFocus().popFocus().navigate("/", { replace: true }).patch("/", { replace: true })
      .dispatch("a", { detail: {}, bubbles: true, blocking: true }).exec("phx-click");
    const commands = list(all) as [string, object][];
    expect(commands).toHaveLength(20);
    for (const [name, args] of commands) {
      const start = source.indexOf(`  exec_${name}(`);
      expect(start, name).toBeGreaterThan(0);
      const body = source.slice(start, source.indexOf("\n  },", start));
      for (const key of Object.keys(args)) if (key !== "to") expect(body, `${name}: ${key}`).toContain(key);
    }
  });

  test("a chain is never changed, and concat joins two", () => {
    const first = JS.show();
    const both = first.concat(JS.hide());
    expect(list(first)).toEqual([["show", {}]]);
    expect(list(both)).toEqual([["show", {}], ["hide", {}]]);
    expect(list(JS)).toEqual([]);
  });
});

describe("what commands refuse", () => {
  test.each(["javascript:alert(1)", "//evil.example", "/\\evil.example", "/\t/evil.example", "https://evil.example/", "/.//evil", "posts", "", "\u0000/a"])(
    "navigate and patch to %j", (href) => {
      expect(() => JS.navigate(href)).toThrow(/redirect_refused/);
      expect(() => JS.patch(href)).toThrow(/redirect_refused/);
    });
  test.each(["onclick", "ONCLICK", "srcdoc", "http-equiv", "a b", "", "a=b", "phx-click"])("setting %j to a text", (name) => {
    expect(() => JS.setAttribute(name, "alert(1)")).toThrow(/template_value_refused/);
    expect(() => JS.toggleAttribute(name, ["alert(1)", "x"])).toThrow(/template_value_refused/);
  });
  test("a URL that runs code is set to one that leads nowhere, and styles are plain", () => {
    expect(list(JS.setAttribute("href", "java\tscript:alert(1)"))).toEqual([["set_attr", { attr: ["href", "about:invalid#blocked"] }]]);
    expect(list(JS.setAttribute("HREF", "/a?b&c"))).toEqual([["set_attr", { attr: ["HREF", "/a?b&c"] }]]);
    expect(list(JS.toggleAttribute("src", ["/a", "data:text/html,x"]))).toEqual([["toggle_attr", { attr: ["src", "/a", "about:invalid#blocked"] }]]);
    expect(() => JS.setAttribute("style", "background: url(//evil)")).toThrow(/template_value_refused/);
  });
  test.each(["data-title", "title", "onclick", "phx-value-x", "toString"])("exec of %s is refused: it is not a binding", (attribute) => {
    expect(() => JS.exec(attribute as "phx-click")).toThrow(/template_value_refused/);
  });
  test("refuse a click with a detail, and a blocking event with its own `done`", () => {
    expect(() => JS.dispatch("click", { detail: {} })).toThrow(/template_value_refused/);
    expect(() => JS.dispatch("x", { blocking: true, detail: { done: 1 } })).toThrow(/template_value_refused/);
    expect(list(JS.dispatch("x", { detail: { done: 1 } }))).toEqual([["dispatch", { event: "x", detail: { done: 1 } }]]);
  });
});
