// The part of s3rver that the tests use; it is written in JavaScript.
declare module "@20minutes/s3rver" {
  import type { AddressInfo } from "node:net";

  export default class S3rver {
    constructor(options: { readonly address: string; readonly port: number; readonly silent: boolean; readonly directory: string });
    run(): Promise<AddressInfo>;
    close(): Promise<void>;
  }
}
