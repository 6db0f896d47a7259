import type { Carrier, CarrierHost, Message } from "../pubsub/index.js";
import { emit } from "../telemetry/index.js";
import type { Connection } from "./connection.js";
import type { Envelopes } from "./envelope.js";
import type { Keys } from "./keys.js";
import type { Membership } from "./membership.js";
import { ReplayGuard } from "./replay-guard.js";
import { Subscriptions } from "./subscriptions.js";

/** What a carrier needs of its node. */
export interface CarrierParts {
  readonly commands: Connection;
  readonly messages: Connection;
  readonly membership: Membership;
  readonly envelopes: Envelopes;
  readonly keys: Keys;
  readonly log: (message: string, details: Readonly<Record<string, unknown>>) => void;
  /** Called when the node is there, and may take its time. */
  started(): Promise<void>;
  /** Ends the whole node. */
  close(): Promise<void>;
}

type Reason = "stranger" | "replay" | "version" | "malformed";

/** How many different refusals are logged. More would only fill the log: they are counted by telemetry. */
const LOGGED_REFUSALS = 100;

/** Messages by PUBLISH and SUBSCRIBE: at most once, in the order of each node. */
export class RedisCarrier implements Carrier {
  readonly #parts: CarrierParts;
  readonly #subscriptions: Subscriptions;
  readonly #replays = new ReplayGuard();
  readonly #refusals = new Set<string>();
  #host: CarrierHost | undefined;

  constructor(parts: CarrierParts) {
    this.#parts = parts;
    this.#subscriptions = new Subscriptions(parts.messages, (text, channel) => {
      if (channel === parts.keys.arrivals) this.#greet(text);
      else this.#receive(text);
    });
  }

  async start(host: CarrierHost): Promise<void> {
    const { commands, messages, membership, envelopes, keys } = this.#parts;
    this.#host = host;
    await Promise.all([commands.open(), messages.open()]);
    // First the ears, then the lease: whoever is said to be alive hears what is sent from then on.
    await Promise.all([this.#subscriptions.add(keys.arrivals), ...host.topics.map((topic) => this.subscribe(topic))]);
    await membership.start();
    // The others would see it with their next renewals; should the database go before that, they should have heard.
    await commands.client.sendCommand(["PUBLISH", keys.arrivals, envelopes.sign(host.node)]);
    await this.#parts.started();
  }

  subscribe(topic: string): Promise<void> {
    return this.#subscriptions.add(this.#parts.keys.channel + topic);
  }

  unsubscribe(topic: string): void {
    this.#subscriptions.remove(this.#parts.keys.channel + topic);
  }

  publish(message: Message): Promise<void> {
    const { membership, envelopes, commands, keys } = this.#parts;
    const text = envelopes.seal({ message, sentAt: membership.now(), epoch: membership.epoch });
    // In the order of the calls, which is the order of the sequence: nothing is waited for before this.
    return commands.client.sendCommand(["PUBLISH", keys.channel + message.topic, text]).then(() => {});
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

  /** The connection for messages is up. */
  revive(): void {
    this.#subscriptions.revive();
  }

  /** Ends what waits for a subscription. */
  end(): void {
    this.#subscriptions.close();
  }

  /** A node has come. */
  #greet(text: string): void {
    const { envelopes, membership } = this.#parts;
    if (envelopes.verify(text) === undefined) return this.#refuse("stranger", undefined, {});
    membership.renew().catch(() => {});
  }

  #receive(text: string): void {
    const host = this.#host;
    if (host === undefined) return;
    const { envelopes, membership } = this.#parts;
    let envelope: ReturnType<typeof envelopes.open>;
    try {
      envelope = envelopes.open(text);
    } catch (error) {
      return this.#refuse("malformed", undefined, { error });
    }
    if ("refused" in envelope) return this.#refuse(envelope.refused, undefined, { ...envelope });
    const { message, sentAt, epoch } = envelope;
    // What this node publishes comes back to it.
    if (message.node === host.node) return;
    if (!this.#replays.accept(message.node, message.sequence, sentAt, membership.now())) return this.#refuse("replay", message.node, {});
    // Somebody knows sooner that the data was lost. Looking costs one round trip, and the loss is then known here, too.
    if (epoch !== membership.epoch) membership.renew().catch(() => {});
    host.receive(message);
  }

  #refuse(reason: Reason, node: string | undefined, details: Readonly<Record<string, unknown>>): void {
    emit("holdfast:backplane:refused", { reason, node });
    const kind = `${reason} ${node ?? ""}`;
    if (this.#refusals.has(kind) || this.#refusals.size >= LOGGED_REFUSALS) return;
    this.#refusals.add(kind);
    this.#parts.log("a message from the backplane was refused", { reason, node, ...details });
  }
}
