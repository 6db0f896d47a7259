import { expect, it } from "vitest";
import { storedDraft } from "./draft.js";

const field = { base: ["", false, ["a"]], value: ["text", true, []] };

it("reads what it has stored", () => {
  for (const draft of [{ fields: {} }, { fields: { title: field }, offered: { body: ["b"] }, caret: { name: "title", index: 0, start: 1, end: null }, submission: "id" }]) {
    expect(storedDraft(JSON.stringify(draft))).toEqual(draft);
  }
});

it.each([
  "", "{", "null", "[]", "7", "{}", '{"fields":null}', '{"fields":[1]}', '{"fields":{"a":null}}', '{"fields":{"a":{"base":[],"value":"x"}}}',
  '{"fields":{"a":{"base":[],"value":[null]}}}', '{"fields":{"a":{"base":[{}],"value":[]}}}', '{"fields":{"a":{"value":[]}}}',
  '{"fields":{},"offered":null}', '{"fields":{},"offered":{"a":"x"}}', '{"fields":{},"caret":7}', '{"fields":{},"caret":null}',
  '{"fields":{},"submission":{}}', '{"fields":{"a":{"base":[[1]],"value":[]}}}',
])("takes %s for no draft", (text) => {
  expect(storedDraft(text)).toBeUndefined();
});
