import { expect, test } from "vitest";
import { refusalText } from "./refusal-text.js";

test("a refusal names its event, the reason, each field with what is wrong, and the mend", () => {
  const issues = [{ message: "too short", path: ["tags", 0, { key: "name" }] }, { message: "no object" }];
  expect(refusalText("event refused", { view: "post", event: "rename", reason: "bad_payload", issues, fix: "name it so" }))
    .toBe("event refused: rename: bad_payload\ntags.0.name: too short\nno object\nname it so");
  expect(refusalText("result ignored", { view: "post", messages: "saved", reason: "an object", fix: "call" })).toBe("result ignored: saved: an object\ncall");
  expect(refusalText("redirect blocked", { path: "/pay", to: "https://pay.example/", fix: "name it" })).toBe("redirect blocked: https://pay.example/\nname it");
  expect(refusalText("upload refused", { topic: "lvu:0", reason: "invalid_token", fix: undefined })).toBe("upload refused: invalid_token");
});
