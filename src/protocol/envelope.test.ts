import { expect, it } from "vitest";
import { decodeText, Envelope, JsonText } from "./index.js";

const TOPICS = ["lv:phx-1", "room:\"quoted\"", "room:\\", "room:\u2028 ü 😀"];

it.each(TOPICS)("writes what JSON.stringify writes of the whole message: %s", (topic) => {
  const envelope = new Envelope("4", topic);
  const payload = { 0: "</script>", list: [1, null], nested: { "a\"b": true } };
  expect(envelope.reply("7", "ok", payload)).toBe(JSON.stringify(["4", "7", topic, "phx_reply", { status: "ok", response: payload }]));
  expect(envelope.push(null, "say \"hi\"", payload)).toBe(JSON.stringify(["4", null, topic, "say \"hi\"", payload]));
  expect(envelope.push(null, "diff", new JsonText(JSON.stringify(payload)))).toBe(JSON.stringify(["4", null, topic, "diff", payload]));
  expect(envelope.push("4", "phx_close", undefined)).toBe(JSON.stringify(["4", "4", topic, "phx_close", undefined]));
  expect(new Envelope(null, topic).reply(null, "error", undefined)).toBe(JSON.stringify([null, null, topic, "phx_reply", { status: "error", response: null }]));
});

it.each(["\"", "1\"", "1,2", "", "-1", "1e3", "1234567890123456"])("a ref that would need more than digits is not decoded: %j", (ref) => {
  expect(decodeText(JSON.stringify([ref, "1", "lv:a", "event", {}]))).toBeUndefined();
  expect(decodeText(JSON.stringify(["1", ref, "lv:a", "event", {}]))).toBeUndefined();
  expect(decodeText(JSON.stringify(["1", "2", "lv:a", "event", {}]))).toBeDefined();
});
