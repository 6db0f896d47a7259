import { createServer, request, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { presetCookie, presetHeaders } from "./preset-headers.js";

let close = (): void => {};
afterEach(() => close());

/** An answer's headers, sorted, with their names in lower case. */
async function answered(listener: RequestListener): Promise<string[]> {
  const server = createServer({ keepAlive: false }, listener).listen(0, "127.0.0.1");
  close = () => void server.close();
  await new Promise((resolve) => server.once("listening", resolve));
  const raw = await new Promise<string[]>((resolve, reject) => {
    request({ port: (server.address() as AddressInfo).port, host: "127.0.0.1", agent: false }, (response) => {
      response.resume().once("end", () => resolve(response.rawHeaders));
    }).once("error", reject).end();
  });
  return raw.flatMap((name, i) => (i % 2 === 0 && name !== "Date" && name !== "Connection" ? [`${name.toLowerCase()}: ${raw[i + 1]}`] : [])).toSorted();
}

const PRESET = [["x-one", "1"], ["x-two", "2"]] as const;

it.each<[string, RequestListener, readonly string[]]>([
  ["an answer with a head of its own", (_, res) => res.writeHead(200, { "X-Two": "own", "Content-Length": 2 }).end("hi"),
    ["x-one: 1", "x-two: own", "content-length: 2"]],
  ["several cookies", (_, res) => res.writeHead(204, { "set-cookie": ["a=1", "b=2"] }).end(),
    ["x-one: 1", "x-two: 2", "set-cookie: a=1", "set-cookie: b=2"]],
  ["a reason", (_, res) => res.writeHead(204, "Nothing", { "x-one": "own" }).end(), ["x-two: 2", "x-one: own"]],
  ["a status alone", (_, res) => res.writeHead(204).end(), ["x-one: 1", "x-two: 2"]],
  ["no head", (_, res) => ((res.statusCode = 204), res.end()), ["x-one: 1", "x-two: 2"]],
  ["headers set one by one", (_, res) => {
    res.setHeader("X-One", "own");
    res.writeHead(204, { "x-three": "3" }).end();
  }, ["x-one: own", "x-two: 2", "x-three: 3"]],
  ["a head as a list", (_, res) => res.writeHead(204, ["X-Two", "own"]).end(), ["x-one: 1", "x-two: own"]],
])("preset headers are added to %s, and give way to its own", async (_what, listener, expected) => {
  expect(await answered((req, res) => {
    // Twice, as for a path that is not the file that it may have been: the later ones count.
    presetHeaders(res, [["x-one", "0"]]);
    presetHeaders(res, PRESET);
    listener(req, res);
  })).toEqual(expected.toSorted());
});

it.each<[string, RequestListener, readonly string[]]>([
  ["an answer with a cookie of its own", (_, res) => res.writeHead(204, { "Set-Cookie": "own=1" }).end(),
    ["x-one: 1", "x-two: 2", "set-cookie: own=1", "set-cookie: a=1", "set-cookie: b=2"]],
  ["what a shared cache may keep", (_, res) => res.writeHead(204, { "Cache-Control": "public, max-age=60" }).end(),
    ["x-one: 1", "x-two: 2", "cache-control: private, no-cache", "set-cookie: a=1", "set-cookie: b=2"]],
  ["what it may not", (_, res) => res.writeHead(204, { "cache-control": "max-age=60, private" }).end(),
    ["x-one: 1", "x-two: 2", "cache-control: max-age=60, private", "set-cookie: a=1", "set-cookie: b=2"]],
  ["no head", (_, res) => ((res.statusCode = 204), res.end()), ["x-one: 1", "x-two: 2", "set-cookie: a=1", "set-cookie: b=2"]],
  ["headers set one by one", (_, res) => {
    res.setHeader("set-cookie", "own=1");
    res.setHeader("cache-control", "public");
    res.writeHead(204, { "set-cookie": ["two=2"] }).end();
  }, ["set-cookie: own=1", "set-cookie: two=2", "set-cookie: a=1", "set-cookie: b=2", "cache-control: private, no-cache", "x-one: 1", "x-two: 2"]],
  ["a head as a list", (_, res) => res.writeHead(204, ["Set-Cookie", "own=1"]).end(),
    ["set-cookie: own=1", "set-cookie: a=1", "set-cookie: b=2", "x-one: 1", "x-two: 2"]],
])("cookies are added to %s, which no shared cache keeps", async (_what, listener, expected) => {
  const headers = await answered((req, res) => {
    presetHeaders(res, PRESET);
    presetCookie(res, "a=1");
    presetCookie(res, "b=2");
    listener(req, res);
  });
  expect(headers).toEqual(expected.toSorted());
});
