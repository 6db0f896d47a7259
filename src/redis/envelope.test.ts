import { expect, it } from "vitest";
import { Envelopes } from "./envelope.js";

const [ours, older, theirs] = ["our secret, thirty-two characters!", "the secret before, as long as that", "somebody else's secret, as long too"];
const envelope = {
  message: { topic: "room:7\n", event: "said", payload: { at: new Date(5), line: "a\nb" }, node: "node-1", sequence: 9, version: 1 },
  sentAt: 1_700_000_000_000, epoch: "e1",
};

it("a sealed message opens unchanged", () => {
  const envelopes = new Envelopes(ours!);
  expect(envelopes.open(envelopes.seal(envelope))).toEqual(envelope);
});

it("secrets rotate: the newest signs, all are accepted", () => {
  const before = new Envelopes(older!);
  const rotated = new Envelopes([ours!, older!]);
  expect(rotated.open(before.seal(envelope))).toEqual(envelope);
  expect(before.open(rotated.seal(envelope))).toEqual({ refused: "stranger" });
  expect(new Envelopes(ours!).open(rotated.seal(envelope))).toEqual(envelope);
});

it("a text of somebody else, or one that was changed anywhere, is a stranger's", () => {
  const envelopes = new Envelopes(ours!);
  const text = envelopes.seal(envelope);
  for (const other of ["", "x", "[]", "\n", new Envelopes(theirs!).seal(envelope), text.slice(1), `${text} `]) {
    expect(envelopes.open(other)).toEqual({ refused: "stranger" });
  }
  for (let i = 0; i < text.length; i++) {
    const changed = text.slice(0, i) + (text[i] === "A" ? "B" : "A") + text.slice(i + 1);
    expect(envelopes.open(changed)).not.toEqual(envelope);
    // The last character of the MAC has two spare bits; all else is covered.
    if (i !== 42) expect(envelopes.open(changed)).toEqual({ refused: "stranger" });
  }
});

it("a signed text that is not a message is an error, not a message", () => {
  const envelopes = new Envelopes(ours!);
  for (const body of ["", "null\n", "{}\n1", "[]\n[1]", "[1]\n[1]", `[1,"e","n",1,1,"t"]\n[1]`, `[1,"e","n","1",1,"t","said"]\n[1]`, `[1,"e","n",1,1,"t","said"]\n{`]) {
    expect(() => envelopes.open(envelopes.sign(body))).toThrow();
  }
});

it("another format from a node of ours is distinguished from a stranger", () => {
  const envelopes = new Envelopes(ours!);
  expect(envelopes.open(envelopes.sign(`[2,"whatever",{"comes":"then"}]\n…`))).toEqual({ refused: "version", version: 2 });
});
