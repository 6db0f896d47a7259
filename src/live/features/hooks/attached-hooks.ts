import type { Broadcast } from "../../../pubsub/index.js";
import { Feature, ignoredResult, type MaybePromise, type MountContext, type Owner } from "../../socket/index.js";

/** A task's outcome, as a hook sees it. */
type Outcome = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown };

/** Stops a stage: neither later hooks nor the handler run. */
export class Halt {
  /** The reply to an event, for the client hook that waits for it. */
  readonly reply: Readonly<Record<string, unknown>> | undefined;

  constructor(reply: Readonly<Record<string, unknown>> | undefined) {
    this.reply = reply;
  }
}

/**
 * Returned by an attached hook: neither later hooks nor the view's own handler run.
 *
 * @param reply with `handleEvent`: the reply for the client hook that pushed the event
 * @example
 * socket.attachHook("read-only", "handleEvent", (event) => event === "save" ? halt() : undefined);
 */
export function halt(reply?: Readonly<Record<string, unknown>>): Halt {
  return new Halt(reply);
}

/**
 * The stages that hooks can be attached to, with their arguments. Hooks run in the order in which they were attached, before
 * the handler; returning nothing continues, `halt()` stops. `afterRender` runs after each render and cannot stop anything.
 */
export interface HookStages {
  handleParams: (context: MountContext) => MaybePromise<Halt | void>;
  /** Events that have passed the gate: declared, parsed, allowed. */
  handleEvent: (event: string, params: unknown) => MaybePromise<Halt | void>;
  /** Messages of subscribed topics. */
  handleMessage: (message: Broadcast) => MaybePromise<Halt | void>;
  /** Outcomes of tasks, by the name under which they were started. */
  handleAsync: (name: string, outcome: Outcome) => MaybePromise<Halt | void>;
  afterRender: () => void;
}

/** A stage that hooks are attached to. */
export type HookStage = keyof HookStages;

const OF_COMPONENTS: readonly HookStage[] = ["handleEvent", "handleMessage", "handleAsync", "afterRender"];

/** The stages of a view, or of a live component, which has no URL. */
export function stagesOf(component: boolean): readonly HookStage[] {
  return component ? OF_COMPONENTS : ["handleParams", ...OF_COMPONENTS];
}

/** The hooks of a view or a component, by stage and in order. */
export class AttachedHooks extends Feature {
  readonly #owner: Owner;
  readonly #stages = new Map<HookStage, Map<string, (...args: never[]) => unknown>>();

  constructor(owner: Owner) {
    super();
    this.#owner = owner;
  }

  /** Adds a hook; false if the stage already has one of this name. */
  attach(name: string, stage: HookStage, hook: (...args: never[]) => unknown): boolean {
    let hooks = this.#stages.get(stage);
    if (hooks === undefined) this.#stages.set(stage, (hooks = new Map()));
    if (hooks.has(name)) return false;
    hooks.set(name, hook);
    return true;
  }

  detach(name: string, stage: HookStage): void {
    this.#stages.get(stage)?.delete(name);
  }

  has(stage: HookStage): boolean {
    return (this.#stages.get(stage)?.size ?? 0) > 0;
  }

  /** Runs a stage's hooks one after the other, until one halts or the view may no longer run code. */
  async run<S extends Exclude<HookStage, "afterRender">>(
    stage: S, mayRun: () => boolean, ...args: Parameters<HookStages[S]>
  ): Promise<Halt | undefined> {
    // A copy: a hook may detach itself.
    for (const [name, hook] of [...(this.#stages.get(stage) ?? [])]) {
      const ready = this.#owner.view.ready();
      if (ready !== undefined) await ready;
      if (!mayRun()) return undefined;
      const result = await (hook as (...args: unknown[]) => unknown)(...args);
      if (result instanceof Halt) return result;
      ignoredResult(this.#owner.view, { hook: name }, result === halt ? { halt } : result);
    }
    return undefined;
  }

  override afterRender(): void {
    for (const hook of [...(this.#stages.get("afterRender")?.values() ?? [])]) hook();
  }
}
