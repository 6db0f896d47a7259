import { Hono } from "hono";
import { expect, it } from "vitest";
import { inMemory, respond, type Servable } from "./file-response.js";

it("compresses each file for itself, though two have one size, one date and so one weak tag", async () => {
  const file = (letter: string): Servable => {
    const facts = { type: "text/plain", tag: 'W/"1jk-0"', cacheControl: "no-cache" };
    return { ...inMemory(new TextEncoder().encode(letter.repeat(2000)), facts), key: `/${letter}.txt` };
  };
  const app = new Hono().get("/:letter", (c) => respond(c, file(c.req.param("letter"))));
  const get = async (letter: string): Promise<[string | null, string]> => {
    const response = await app.request(`/${letter}`, { headers: { "accept-encoding": "gzip" } });
    const text = await new Response(response.body!.pipeThrough(new DecompressionStream("gzip"))).text();
    return [response.headers.get("content-encoding"), text.slice(0, 3)];
  };
  expect([await get("a"), await get("b"), await get("a")]).toEqual([["gzip", "aaa"], ["gzip", "bbb"], ["gzip", "aaa"]]);
});
