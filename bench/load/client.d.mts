// Types of the parts of client.mjs that the bench uses.
export interface PageInfo {
  readonly id: string;
  readonly base: string;
  readonly bytes: number;
}
export interface JoinReply {
  readonly status: string;
  readonly response: Readonly<Record<string, unknown>>;
}
export interface ViewOptions {
  onPush?: (event: string, payload: unknown, bytes: number) => void;
  onClose?: (code: number) => void;
}
export class View {
  constructor(page: PageInfo, options?: ViewOptions);
  readonly ws: { readonly readyState: number };
  readonly joinBytes: number;
  open(): Promise<JoinReply>;
  event(
    event: string, value: object, done?: (reply: JoinReply, bytes: number) => void, options?: { cid?: number },
  ): string;
  keepAlive(ms?: number): this;
  close(): void;
  terminate(): void;
}
export function page(base: string, path: string, options?: { cookie?: string }): Promise<PageInfo>;
export function get(base: string, path: string): Promise<{ status: number; body: string; bytes: number }>;
export function getJson(base: string, path: string): Promise<Record<string, unknown>>;
export function post(base: string, path: string): Promise<Record<string, unknown>>;
export function pool(n: number, width: number, job: (i: number) => Promise<void>): Promise<void>;
export function sleep(ms: number): Promise<void>;
export function now(): number;
export interface Latencies {
  readonly n: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}
export function stats(values: readonly number[]): Latencies;
