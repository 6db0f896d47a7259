import { expect, test } from "vitest";
import { SocketsByKey } from "./sockets-by-key.js";

test("sockets of a key are found in the order in which they entered, whichever leaves", () => {
  const sockets = new SocketsByKey<string>();
  for (const socket of ["a", "b", "c", "d"]) sockets.enter("key", socket);
  const seen = ["b", "a", "x", "d", "c"].map((socket) => {
    sockets.leave("key", socket);
    return sockets.of("key").join("");
  });
  expect(seen).toEqual(["acd", "cd", "cd", "c", ""]);
});

test("a socket counts once under each key, however often it enters", () => {
  const sockets = new SocketsByKey<string>();
  for (const socket of ["a", "a", "b", "b"]) sockets.enter("one", socket);
  sockets.enter("two", "a");
  expect([sockets.count("one"), sockets.count("two"), sockets.count("three")]).toEqual([2, 1, 0]);
  sockets.leave("one", "a");
  sockets.leave("one", "a");
  expect([sockets.of("one"), sockets.of("two")]).toEqual([["b"], ["a"]]);
  sockets.leave("one", "b");
  expect([sockets.has("one"), sockets.count("one"), sockets.has("two")]).toEqual([false, 0, true]);
});
