import type { Carrier, CarrierHost, Message } from "../pubsub/index.js";
import { emit } from "../telemetry/index.js";
import { CatchUp, PUBLISH_KEPT } from "./catch-up.js";
import type { Connection } from "./connection.js";
import type { Envelope, Envelopes } from "./envelope.js";
import type { Keys } from "./keys.js";
import type { Membership, Run } from "./membership.js";
import { ReplayGuard } from "./replay-guard.js";
import { Subscriptions } from "./subscriptions.js";

/** What a carrier needs from its node. */
interface CarrierParts {
  readonly commands: Connection;
  readonly run: Run;
  readonly messages: Connection;
  readonly membership: Membership;
  readonly envelopes: Envelopes;
  readonly keys: Keys;
  readonly log: (message: string, details: Readonly<Record<string, unknown>>) => void;
  /** `SPUBLISH` if `messages` subscribes to sharded channels. */
  readonly publishCommand: "PUBLISH" | "SPUBLISH";
  /** Receives why a command has failed. */
  failed(command: string, error: unknown): void;
  /** Adds to an error of the start what an operator can do about it. */
  explained(error: unknown): unknown;
  /** Called when the node is connected. If it rejects, the node does not start. */
  starting(): Promise<void>;
  /** Called when the node is up; may take its time. */
  started(): Promise<void>;
  /** Ends the whole node. */
  close(): Promise<void>;
}

type Reason = "stranger" | "replay" | "version" | "malformed";

/** What to do about a refusal that does not end by itself. */
const FIXES: Readonly<Partial<Record<Reason, string>>> = {
  stranger: "a node has another secret, or another application uses this database: give all nodes of an application the same secret, "
    + "and each application its own redis({ prefix }). Until then every disconnect waits for nodes that never answer",
};

/** How many different refusals are logged. More would only fill the log; telemetry counts them all. */
const LOGGED_REFUSALS = 100;

/** How long a message may wait for the connection, ms. */
const WAIT_MS = 5_000;

/** How many messages may wait while the connection is down. Beyond that they are lost, and the publisher is told. */
const WAITING_MESSAGES = 10_000;

/** Carries messages by pub/sub: at most once, in order for each node. */
export class RedisCarrier implements Carrier {
  readonly #parts: CarrierParts;
  readonly #subscriptions: Subscriptions;
  readonly #replays = new ReplayGuard();
  readonly #catchUp: CatchUp;
  readonly #refusals = new Set<string>();
  #host: CarrierHost | undefined;
  #waiting = 0;

  constructor(parts: CarrierParts) {
    this.#parts = parts;
    this.#subscriptions = new Subscriptions(parts.messages, (text, channel) => {
      if (channel === parts.keys.arrivals) this.#greet(text);
      else this.#receive(text);
    }, (error) => parts.failed("SUBSCRIBE", error));
    this.#catchUp = new CatchUp({
      run: parts.run, prefix: parts.keys.kept, now: () => parts.membership.now(), open: (text) => this.#open(text),
      deliver: (envelope) => this.#deliver(envelope),
    });
  }

  async start(host: CarrierHost): Promise<void> {
    this.#host = host;
    try {
      await this.#join(host);
    } catch (error) {
      throw this.#parts.explained(error);
    }
  }

  async #join(host: CarrierHost): Promise<void> {
    const { commands, messages, membership, envelopes, keys, publishCommand } = this.#parts;
    await Promise.all([commands.open(), messages.open()]);
    await this.#parts.starting();
    // Subscribe first, then take the lease: a node that counts as alive receives everything sent from then on.
    await Promise.all([this.#subscriptions.add(keys.arrivals), ...host.topics.map((topic) => this.subscribe(topic))]);
    await membership.start();
    // The others would see it at their next renewals anyway; this tells them even if the database is lost before that.
    await commands.client.sendCommand([publishCommand, keys.arrivals, envelopes.sign(host.node)]);
    await this.#parts.started();
  }

  async subscribe(topic: string, replay?: number): Promise<void> {
    const channel = this.#parts.keys.channel + topic;
    await this.#subscriptions.add(channel);
    if (replay !== undefined && this.#subscriptions.wants(channel)) await this.#catchUp.follow(topic);
  }

  unsubscribe(topic: string): void {
    this.#catchUp.unfollow(topic);
    this.#subscriptions.remove(this.#parts.keys.channel + topic);
  }

  publish(message: Message, replay?: number): Promise<void> {
    const { membership, envelopes, keys, publishCommand } = this.#parts;
    const text = envelopes.seal({ message, sentAt: membership.now(), epoch: membership.epoch });
    // In call order, which is sequence order: nothing may be awaited before this.
    const channel = keys.channel + message.topic;
    const command = replay === undefined
      ? [publishCommand, channel, text]
      : ["EVAL", PUBLISH_KEPT, "1", keys.kept + message.topic, String(replay), text, channel, publishCommand];
    return this.#send(command);
  }

  async #send(command: string[]): Promise<void> {
    const { client } = this.#parts.commands;
    if (this.#waiting >= WAITING_MESSAGES && !client.isReady) {
      throw new Error(`Redis is away, and ${WAITING_MESSAGES} messages wait for it already`);
    }
    this.#waiting++;
    try {
      await client.sendCommand(command, client.isReady ? {} : { timeout: WAIT_MS });
    } catch (cause) {
      throw new Error("Redis did not take a message; other nodes miss it", { cause });
    } finally {
      this.#waiting--;
    }
  }

  async nodes(withinMs: number): Promise<readonly string[]> {
    const { membership } = this.#parts;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, withinMs);
    });
    await Promise.race([membership.renew().catch(() => late), late]);
    clearTimeout(timer);
    return membership.nodes;
  }

  close(): Promise<void> {
    this.#host = undefined;
    return this.#parts.close();
  }

  /** The connection for messages is down. */
  suspend(): void {
    this.#catchUp.suspend();
  }

  /** The connection for messages is up. */
  revive(): void {
    this.#subscriptions.revive();
    this.#catchUp.revive();
  }

  /** Ends pending subscriptions. */
  end(): void {
    this.#catchUp.close();
    this.#subscriptions.close();
  }

  /** Another node has arrived. */
  #greet(text: string): void {
    const { envelopes, membership } = this.#parts;
    if (envelopes.verify(text) === undefined) return this.#refuse("stranger", undefined, {});
    membership.renew().catch(() => {});
  }

  /** Opens a text; undefined unless it is a message of another node of ours. */
  #open(text: string): Envelope | undefined {
    const { envelopes } = this.#parts;
    let envelope: ReturnType<typeof envelopes.open>;
    try {
      envelope = envelopes.open(text);
    } catch (error) {
      this.#refuse("malformed", undefined, { error });
      return undefined;
    }
    if ("refused" in envelope) this.#refuse(envelope.refused, undefined, { ...envelope });
    // A node also receives its own messages.
    else if (envelope.message.node !== this.#host?.node) return envelope;
    return undefined;
  }

  #receive(text: string): void {
    const envelope = this.#open(text);
    if (envelope === undefined) return;
    const { membership } = this.#parts;
    const { message, sentAt, epoch } = envelope;
    if (!this.#replays.accept(message.node, message.sequence, sentAt, membership.now())) return this.#refuse("replay", message.node, {});
    // The other node knows already that the data was lost. Checking costs one round trip, and then this node knows too.
    if (epoch !== membership.epoch) membership.renew().catch(() => {});
    this.#catchUp.receive(envelope);
  }

  #deliver({ message }: Envelope): void {
    const host = this.#host;
    try {
      host?.receive(message);
    } catch (error) {
      // Otherwise the reader of the connection would take it for a connection error.
      host?.onError(error);
    }
  }

  #refuse(reason: Reason, node: string | undefined, details: Readonly<Record<string, unknown>>): void {
    emit("holdfast:backplane:refused", { reason, node });
    const kind = `${reason} ${node ?? ""}`;
    if (this.#refusals.has(kind) || this.#refusals.size >= LOGGED_REFUSALS) return;
    this.#refusals.add(kind);
    const fix = FIXES[reason];
    this.#parts.log("a message from the backplane was refused", { reason, node, ...details, ...(fix !== undefined && { fix }) });
  }
}
