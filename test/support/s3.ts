// An S3 for tests: s3rver, which checks signed URLs, behind a gate that checks the policies of POST forms.
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import S3rver from "@20minutes/s3rver";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { connectS3 } from "../docs/programs/bucket.js";
import { postRefusal, type Account } from "./post-policy.js";

/** The keys of s3rver. */
const ACCOUNT: Account = { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" };

/** S3 with one bucket, on 127.0.0.1. */
export class S3 {
  readonly #server: S3rver;
  readonly #gate: Server;
  readonly #directory: string;
  readonly #bucket: string;
  /** The URL for requests that are signed in their URL or headers. */
  readonly url: string;
  /** Why forms were refused, in order. */
  readonly refusals: string[] = [];

  private constructor(server: S3rver, url: string, directory: string, bucket: string) {
    this.#server = server;
    this.#directory = directory;
    this.#bucket = bucket;
    this.url = url;
    this.#gate = createServer((request, response) => {
      this.#pass(request, response).catch(() => response.destroy());
    });
  }

  static async start(bucket: string): Promise<S3> {
    const directory = await mkdtemp(join(tmpdir(), "holdfast-s3-"));
    const server = new S3rver({ address: "127.0.0.1", port: 0, silent: true, directory });
    const { port } = await server.run();
    const s3 = new S3(server, `http://127.0.0.1:${port}`, directory, bucket);
    await once(s3.#gate.listen(0, "127.0.0.1"), "listening");
    await s3.owner.send(new CreateBucketCommand({ Bucket: bucket }));
    return s3;
  }

  async stop(): Promise<void> {
    this.#gate.closeAllConnections();
    this.#gate.close();
    await this.#server.close();
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** The URL for forms. */
  get formUrl(): string {
    return `http://127.0.0.1:${(this.#gate.address() as AddressInfo).port}`;
  }

  /**
   * @param endpoint the URL for its requests and signatures
   * @param secretAccessKey anything but the bucket's own gives wrong signatures
   */
  client(endpoint = this.url, secretAccessKey = ACCOUNT.secretAccessKey): S3Client {
    return connectS3({ endpoint, forcePathStyle: true, credentials: { ...ACCOUNT, secretAccessKey } });
  }

  /**
   * Signs nothing, which s3rver accepts. It refuses signed requests for the bucket itself, because the SDK signs another path than
   * s3rver checks.
   */
  get owner(): S3Client {
    return connectS3({ endpoint: this.url, forcePathStyle: true, credentials: ACCOUNT, signer: { sign: (request) => Promise.resolve(request) } });
  }

  /** The stored objects by key. */
  async objects(): Promise<ReadonlyMap<string, { readonly type: string | undefined; readonly bytes: Buffer }>> {
    const client = this.owner;
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: this.#bucket }));
    return new Map(await Promise.all(Contents.map(async ({ Key }) => {
      const { Body, ContentType } = await client.send(new GetObjectCommand({ Bucket: this.#bucket, Key }));
      return [Key!, { type: ContentType, bytes: Buffer.from(await Body!.transformToByteArray()) }] as const;
    })));
  }

  /** Forwards preflights, and forms that their policy allows, to s3rver. */
  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", url = "/", headers: { origin = "", ...given } } = request;
    const body = new Uint8Array(await buffer(request));
    const headers = Object.fromEntries(["content-type", "access-control-request-method", "access-control-request-headers"]
      .flatMap((name) => typeof given[name] === "string" ? [[name, given[name]]] : []));
    if (method === "POST") {
      const refusal = postRefusal(await new Response(body, { headers }).formData(), url.slice(1), ACCOUNT, Date.now());
      if (refusal !== undefined) {
        this.refusals.push(refusal.code);
        return void response.writeHead(refusal.status, { "access-control-allow-origin": origin }).end(`<Error><Code>${refusal.code}</Code></Error>`);
      }
    }
    const answer = await fetch(this.url + url, { method, headers: { ...headers, origin }, ...(method === "POST" && { body }) });
    response.writeHead(answer.status, Object.fromEntries([...answer.headers].filter(([name]) => name.startsWith("access-control-")))).end();
  }
}
