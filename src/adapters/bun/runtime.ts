/** What this adapter uses of Bun, as documented: https://bun.sh/docs/api/http, https://bun.sh/docs/api/websockets */

/** The server's end of a websocket. */
export interface BunSocket<Data> {
  readonly data: Data;
  /** 1: open. */
  readonly readyState: number;
  sendText(text: string, compress?: boolean): number;
  sendBinary(bytes: Uint8Array, compress?: boolean): number;
  close(code?: number, reason?: string): void;
  terminate(): void;
  getBufferedAmount(): number;
}

/** A running server. */
export interface BunServer<Data> {
  readonly port: number | undefined;
  requestIP(request: Request): { readonly address: string } | null;
  /** Completes a handshake; false if the request is not one. */
  upgrade(request: Request, options: { data: Data }): boolean;
  stop(closeActiveConnections?: boolean): Promise<void> | void;
}

/** Options of `Bun.serve`. */
interface BunServeOptions<Data> {
  readonly port?: number;
  readonly hostname?: string;
  readonly unix?: string;
  readonly tls?: object;
  /** Seconds, up to 255. */
  readonly idleTimeout?: number;
  readonly fetch: (request: Request, server: BunServer<Data>) => Response | undefined | Promise<Response | undefined>;
  readonly websocket: {
    readonly maxPayloadLength: number;
    readonly perMessageDeflate: false;
    /** Seconds, up to 960; 0: none. */
    readonly idleTimeout: number;
    readonly sendPings: boolean;
    readonly backpressureLimit: number;
    open(socket: BunSocket<Data>): void;
    message(socket: BunSocket<Data>, message: string | Uint8Array): void;
    close(socket: BunSocket<Data>): void;
  };
}

/** @throws Error outside of Bun */
export function bunServe<Data>(options: BunServeOptions<Data>): BunServer<Data> {
  const { Bun } = globalThis as { Bun?: { serve(options: BunServeOptions<Data>): BunServer<Data> } };
  if (Bun === undefined) throw new Error("holdfast/bun needs Bun; on Node it is holdfast/node");
  return Bun.serve(options);
}
