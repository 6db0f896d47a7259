// A Redis behind TLS, with a certificate of an authority of one's own, made by openssl.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "redis";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { freePort } from "../support/free-port.js";
import { RedisServer } from "../support/redis-server.js";
import { within } from "../support/wait.js";
import { NodeProcess } from "./node-process.js";
import { eventually, Nodes, type TestNode } from "./support.js";

let folder: string;
let server: RedisServer;
let nodes: Nodes;
let url: string;

const openssl = (...args: string[]): void => void execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
const ca = (name: string): Buffer => readFileSync(join(folder, `${name}.pem`));

/** An authority, and a certificate of it for a host. */
function certify(authority: string, name: string, host: string): void {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl("req", "-x509", ...key, "-subj", `/CN=${authority}`, "-keyout", `${authority}.key`, "-out", `${authority}.pem`);
  openssl("req", ...key, "-subj", `/CN=${name}`, "-addext", `subjectAltName=${host}`, "-keyout", `${name}.key`, "-out", `${name}.csr`);
  openssl("x509", "-req", "-in", `${name}.csr`, "-CA", `${authority}.pem`, "-CAkey", `${authority}.key`, "-copy_extensions", "copyall", "-out", `${name}.pem`);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-tls-"));
  certify("ours", "server", "IP:127.0.0.1");
  certify("theirs", "stranger", "IP:127.0.0.1");
  const port = await freePort();
  server = await RedisServer.start([
    "--tls-port", String(port), "--tls-cert-file", join(folder, "server.pem"), "--tls-key-file", join(folder, "server.key"),
    "--tls-ca-cert-file", join(folder, "ours.pem"), "--tls-auth-clients", "no",
  ]);
  url = `rediss://127.0.0.1:${port}`;
  nodes = new Nodes({});
});
afterEach(() => nodes.end());
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const refused = async ({ pubsub, shared }: TestNode, message: RegExp): Promise<void> => {
  await expect(within(pubsub.connect(shared.carrier), "the start ends")).rejects.toMatchObject({
    code: "endpoint_config_invalid", message: expect.stringMatching(message) as string,
  });
};

it("nodes that are given the authority meet, and one that trusts another, or none but the usual, ends its start with what to do", async () => {
  const client = createClient({ url, socket: { tls: true, ca: ca("ours") } });
  const [one, two] = [await nodes.join({ client }), await nodes.join({ client })];
  const heard: unknown[] = [];
  await within(two.pubsub.subscribe("a", ({ payload }) => heard.push(payload)).ready, "the subscription is ready");
  await one.pubsub.publish({ topic: "a", event: "said", payload: "hello" });
  await eventually("it is heard", () => heard.includes("hello"));

  await refused(nodes.make({ url }), /certificate is not trusted[^]*fix: .*NODE_EXTRA_CA_CERTS/);
  await refused(nodes.make({ client: createClient({ url, socket: { tls: true, ca: ca("theirs") } }) }), /certificate is not trusted/);
});

it("a certificate for another host ends the start", async () => {
  await refused(nodes.make({ client: createClient({ url: url.replace("127.0.0.1", "localhost"), socket: { tls: true, ca: ca("ours"), host: "localhost" } }) }), /certificate is not trusted/);
});

it("behind TLS, a wrong password ends the start, and the right one of a user with few rights suffices", async () => {
  await server.command(..."ACL SETUSER blog on >right ~blog:* ~{blog}:* &blog:* &{blog}:* +@read +@write +@pubsub +@connection +eval +time".split(" "));
  const client = (password: string) => createClient({ url, username: "blog", password, socket: { tls: true, ca: ca("ours") } });
  await refused(nodes.make({ client: client("wrong"), prefix: "blog" }), /WRONGPASS/);
  const node = await nodes.join({ client: client("right"), prefix: "blog" });
  expect(node.shared.lease.held()).toBe(true);
  await refused(nodes.make({ client: client("right"), prefix: "other" }), /NOPERM|lacks a right/);
});

it("a url alone suffices where the process is given the authority", async () => {
  const node = await NodeProcess.start(url, "node.mjs", { NODE_EXTRA_CA_CERTS: join(folder, "ours.pem") });
  try {
    expect(await node.ask<boolean>("held")).toBe(true);
  } finally {
    await node.kill();
  }
});
