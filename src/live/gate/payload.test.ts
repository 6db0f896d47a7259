import { describe, expect, it } from "vitest";
import { defaultLimits } from "../../security/index.js";
import { readPayload } from "./payload.js";

const parse = (json: string): unknown => JSON.parse(json);
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("an event's payload", () => {
  it("has well-formed texts and no key that becomes a prototype", () => {
    const value = parse('{"a\\ud800":"b\\udc00","__proto__":{"admin":true}}');
    const payload = readPayload("click", value, undefined, defaultLimits);
    expect(plain(payload)).toEqual({ "a\ufffd": "b\ufffd" });
    expect("admin" in Object.assign({}, payload)).toBe(false);
  });

  it("keeps a text of any length: the frame has a cap, and the schema may have one", () => {
    const text = "x".repeat(1_000_000);
    expect(readPayload("click", { text }, undefined, defaultLimits)).toEqual({ text });
    expect(plain(readPayload("form", `text=${text}`, {}, defaultLimits))).toEqual({ text });
  });

  it.each(["text", 7, null, true, ["a"]].map((value) => [value]))("may be any JSON, as a hook pushes it: %j", (value) => {
    expect(readPayload("hook", value, undefined, defaultLimits)).toEqual(value);
  });

  it("is none if there is none, or if it exceeds a limit", () => {
    expect(readPayload("click", undefined, undefined, defaultLimits)).toBeUndefined();
    expect(readPayload("click", { a: [] }, undefined, { ...defaultLimits, jsonDepth: 1 })).toBeUndefined();
    for (const value of [7, null, undefined, {}, ["a=1"]]) expect(readPayload("form", value, {}, defaultLimits)).toBeUndefined();
  });
});

describe("a form's payload", () => {
  it("has the data beside the fields, equally well-formed", () => {
    const meta = parse('{"_target":"post[t\\ud800]","id":"\\ud800","__proto__":{"admin":true},"nested":{"__proto__":1,"a":2}}');
    const payload = readPayload("form", "post[t]=%ED%A0%80", meta, defaultLimits);
    expect(plain(payload)).toEqual({ post: { t: "\ufffd\ufffd\ufffd" }, _target: ["post", "t\ufffd"], id: "\ufffd", nested: { a: 2 } });
    expect("admin" in Object.assign({}, payload)).toBe(false);
  });

  it("has the changed field's path, read without an encoding in between", () => {
    const path = (target: unknown): unknown => plain(readPayload("form", "a=1", { _target: target }, defaultLimits));
    expect(path("post[tags][]")).toEqual({ a: "1", _target: ["post", "tags"] });
    expect(path("100%&b=2+2")).toEqual({ a: "1", _target: ["100%&b=2+2"] });
    expect(path("__proto__")).toEqual({ a: "1", _target: ["__proto__"] });
    // Too deep, or no text: nothing is known to have changed.
    for (const target of [`a${"[b]".repeat(defaultLimits.formDepth + 1)}`, 7, ["a"], null]) expect(path(target)).toEqual({ a: "1" });
  });
});
