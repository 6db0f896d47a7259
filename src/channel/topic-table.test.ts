import { expect, test } from "vitest";
import { TopicTable } from "./topic-table.js";

interface Joined {
  readonly topic: string;
  readonly join: number;
}
const joined = (topic: string, join = 1): Joined => ({ topic, join });
const shown = (table: TopicTable<Joined>): string => table.toArray().map(({ topic, join }) => `${topic}${join}`).join(" ");

test("a topic that is joined again takes the place of its earlier join, beside others or alone", () => {
  const table = new TopicTable<Joined>();
  table.put(joined("a"));
  table.put(joined("a", 2));
  expect([table.size, shown(table), table.get("b")]).toEqual([1, "a2", undefined]);
  table.put(joined("b"));
  table.put(joined("a", 3));
  expect([table.size, shown(table), table.get("b")?.join]).toEqual([2, "a3 b1", 1]);
});

test("what is deleted is gone, and the others stay", () => {
  const table = new TopicTable<Joined>();
  table.put(joined("a"));
  table.delete("b");
  expect(shown(table)).toBe("a1");
  table.delete("a");
  expect([table.size, shown(table), table.get("a")]).toEqual([0, "", undefined]);
  for (const topic of ["a", "b", "c"]) table.put(joined(topic));
  table.delete("a");
  expect([table.size, shown(table), table.get("a"), table.get("c")?.join]).toEqual([2, "b1 c1", undefined, 1]);
  table.clear();
  expect([table.size, shown(table)]).toEqual([0, ""]);
  table.put(joined("d"));
  expect(shown(table)).toBe("d1");
});
