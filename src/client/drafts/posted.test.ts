import { expect, test } from "vitest";
import { MemoryStorage } from "../../../test/support/memory-storage.js";
import { notPosted, posted, takePosted } from "./posted.js";

// Where the browser denies a page its own storage, the application gives another: `connect({ sessionStorage })`.
test("the form that was posted is remembered in the given storage, until the next page has asked for it", () => {
  const storage = new MemoryStorage();
  posted(storage, "/posts#new");
  expect(takePosted(storage)).toBe("/posts#new");
  expect(takePosted(storage)).toBeUndefined();
});

test("it is forgotten when the user keeps working on a form", () => {
  const storage = new MemoryStorage();
  posted(storage, "/posts#new");
  notPosted(storage);
  expect(takePosted(storage)).toBeUndefined();
});
