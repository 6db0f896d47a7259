import { expect, it } from "vitest";
import { UnreadAnswers } from "./unread-answers.js";

const TEXT = "é".repeat(100_000);
const read = (body: string | ReadableStream<Uint8Array>): Promise<string> => new Response(body).text();

it("bodies are read whole, long or short, and nothing is kept of them", async () => {
  const answers = new UnreadAnswers();
  expect(typeof answers.body("a", "short")).toBe("string");
  for (const text of ["short", TEXT, "x".repeat(65_536)]) expect(await read(answers.body("a", text))).toBe(text);
  expect(answers.size).toBe(0);
});

it("a socket's answer is ended where its client is, and no other's", async () => {
  const answers = new UnreadAnswers();
  const [first, other] = ["a", "b"].map((socket) => (answers.body(socket, TEXT) as ReadableStream<Uint8Array>).getReader());
  await first!.read();
  answers.end("a");
  expect([await first!.read(), answers.size]).toEqual([{ done: true, value: undefined }, 1]);
  expect((await other!.read()).value).toHaveLength(65_536);
  await other!.cancel();
  expect(answers.size).toBe(0);
  // An answer that nobody has polled for again takes the place of one that is unread.
  const before = (answers.body("a", TEXT) as ReadableStream<Uint8Array>).getReader();
  const after = answers.body("a", TEXT);
  expect([(await before.read()).done, await read(after), answers.size]).toEqual([true, TEXT, 0]);
});

it("pieces hold no more than themselves", async () => {
  const reader = (new UnreadAnswers().body("a", TEXT) as ReadableStream<Uint8Array>).getReader();
  expect((await reader.read()).value!.buffer.byteLength).toBe(65_536);
});
