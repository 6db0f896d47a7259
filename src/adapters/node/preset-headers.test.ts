import { createServer, request, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { presetHeaders } from "./preset-headers.js";

let close = (): void => {};
afterEach(() => close());

/** The names and values of an answer's headers as they are on the wire. */
async function answered(listener: RequestListener): Promise<string[]> {
  const server = createServer({ keepAlive: false }, listener).listen(0, "127.0.0.1");
  close = () => void server.close();
  await new Promise((resolve) => server.once("listening", resolve));
  const raw = await new Promise<string[]>((resolve, reject) => {
    request({ port: (server.address() as AddressInfo).port, host: "127.0.0.1", agent: false }, (response) => {
      response.resume().once("end", () => resolve(response.rawHeaders));
    }).once("error", reject).end();
  });
  return raw.flatMap((name, i) => (i % 2 === 0 && name !== "Date" && name !== "Connection" ? [`${name}: ${raw[i + 1]}`] : []));
}

const PRESET = [["x-one", "1"], ["x-two", "2"]] as const;

it.each<[string, RequestListener, readonly string[]]>([
  ["an answer with a head of its own", (_, res) => res.writeHead(200, { "X-Two": "own", "Content-Length": 2 }).end("hi"),
    ["x-one: 1", "X-Two: own", "Content-Length: 2"]],
  ["several cookies", (_, res) => res.writeHead(204, { "set-cookie": ["a=1", "b=2"] }).end(),
    ["x-one: 1", "x-two: 2", "set-cookie: a=1", "set-cookie: b=2"]],
  ["a reason", (_, res) => res.writeHead(204, "Nothing", { "x-one": "own" }).end(), ["x-two: 2", "x-one: own"]],
  ["a status alone", (_, res) => res.writeHead(204).end(), ["x-one: 1", "x-two: 2"]],
  ["no head", (_, res) => ((res.statusCode = 204), res.end()), ["x-one: 1", "x-two: 2"]],
  ["headers set one by one", (_, res) => {
    res.setHeader("X-One", "own");
    res.writeHead(204, { "x-three": "3" }).end();
  }, ["X-One: own", "x-two: 2", "x-three: 3"]],
  ["a head as a list", (_, res) => res.writeHead(204, ["X-Two", "own"]).end(), ["x-one: 1", "X-Two: own"]],
])("preset headers are added to %s, and give way to its own", async (_what, listener, expected) => {
  expect(await answered((req, res) => {
    presetHeaders(res, PRESET);
    listener(req, res);
  })).toEqual(expected);
});
