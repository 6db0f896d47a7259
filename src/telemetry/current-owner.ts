import { AsyncLocalStorage, AsyncResource, createHook, executionAsyncResource } from "node:async_hooks";
import { withoutContext } from "./without-context.js";

/** A view or a channel, as seen by the code that runs on its behalf. */
export interface Owning {
  /** The view's or the channel's name, for messages. */
  readonly name: string;
  /** Its code threw outside any `await`. */
  crash(error: unknown): void;
}

/**
 * Refers to an owner without keeping it alive. What a view starts may outlive the view, such as a database socket that it was
 * the first to open. When the owner has ended, the reference is empty: the view can be collected, and later errors have no
 * owner.
 */
export class OwnerRef {
  #owner: Owning | undefined;
  /** The async context in which its code runs, from its second job on. */
  #context: AsyncResource | undefined;
  #hasRun = false;

  constructor(owner: Owning) {
    this.#owner = owner;
  }

  get owner(): Owning | undefined {
    return this.#owner;
  }

  /**
   * Runs a job as code of this owner, in no async context of its caller. `AsyncLocalStorage.run` makes two contexts for each job,
   * 700 bytes; this makes one and enters it again. Most views are only looked at and have one job, their join: they keep none.
   */
  inOwnContext<T>(job: () => T): T {
    if (this.#context !== undefined) return this.#context.runInAsyncScope(job);
    return withoutContext(() => currentOwner.run(this, () => {
      if (this.#hasRun) this.#context = new AsyncResource("HoldfastOwner");
      this.#hasRun = true;
      return job();
    }));
  }

  /** Called when the owner has ended. */
  release(): void {
    this.#owner = undefined;
  }
}

/** Tracks the current owner, and the trace that its code is part of, through promises, timers and callbacks. */
export interface CurrentOwner {
  /** Runs a job, and whatever it starts, as code of this owner. The trace stays. */
  run<T>(owner: OwnerRef, job: () => T): T;
  /** The owner of the running code; undefined if it has none, or if its owner has ended. */
  get(): Owning | undefined;
  /** Whether the running code has, or had, an owner. */
  readonly owned: boolean;
  /** Runs a job, and whatever it starts, as part of a tracer's trace. The owner stays. */
  runTraced<T>(trace: object, job: () => T): T;
  /** What `runTraced` was given; undefined outside of it. */
  readonly trace: object | undefined;
}

/** An owner's code that is part of a trace. */
class Traced {
  readonly owner: OwnerRef | undefined;
  readonly trace: object;

  constructor(owner: OwnerRef | undefined, trace: object) {
    this.owner = owner;
    this.trace = trace;
  }
}

/**
 * Tracks the current owner with `AsyncLocalStorage`. One store for both: each run of a store costs the same again. Code without a
 * trace, which is nearly all, allocates nothing.
 */
export class StoredOwner implements CurrentOwner {
  readonly #storage = new AsyncLocalStorage<OwnerRef | Traced>();

  run<T>(owner: OwnerRef, job: () => T): T {
    const { trace } = this;
    return this.#storage.run(trace === undefined ? owner : new Traced(owner, trace), job);
  }

  get(): Owning | undefined {
    return this.#ref?.owner;
  }

  get owned(): boolean {
    return this.#ref !== undefined;
  }

  runTraced<T>(trace: object, job: () => T): T {
    return this.#storage.run(new Traced(this.#ref, trace), job);
  }

  get trace(): object | undefined {
    const store = this.#storage.getStore();
    return store instanceof Traced ? store.trace : undefined;
  }

  get #ref(): OwnerRef | undefined {
    const store = this.#storage.getStore();
    return store instanceof Traced ? store.owner : store;
  }
}

const OWNER = Symbol("owner");

/**
 * Tracks the current owner with an async hook. Before Node 24 `AsyncLocalStorage` is such a hook itself, and adds a property
 * to every promise, tick, timer and handle, even where no owner's code runs. This one marks only what belongs to an owner,
 * which makes joins a tenth cheaper.
 */
export class HookedOwner implements CurrentOwner {
  readonly #traces = new AsyncLocalStorage<object>();
  #enabled = false;

  run<T>(owner: OwnerRef, job: () => T): T {
    if (!this.#enabled) this.#enable();
    const resource = executionAsyncResource() as Owned;
    const before = resource[OWNER];
    resource[OWNER] = owner;
    try {
      return job();
    } finally {
      resource[OWNER] = before;
    }
  }

  get(): Owning | undefined {
    return this.#ref?.owner;
  }

  get owned(): boolean {
    return this.#ref !== undefined;
  }

  runTraced<T>(trace: object, job: () => T): T {
    return this.#traces.run(trace, job);
  }

  get trace(): object | undefined {
    return this.#traces.getStore();
  }

  get #ref(): OwnerRef | undefined {
    return this.#enabled ? (executionAsyncResource() as Owned)[OWNER] : undefined;
  }

  #enable(): void {
    this.#enabled = true;
    createHook({
      init(_id, _type, _trigger, resource: Owned) {
        const owner = (executionAsyncResource() as Owned)[OWNER];
        if (owner !== undefined) resource[OWNER] = owner;
      },
    }).enable();
  }
}

interface Owned {
  [OWNER]?: OwnerRef | undefined;
}

const [nodeMajor] = process.versions.node.split(".");

/** Tracks the current owner. What its code throws outside any `await` ends its view or channel, and not the process. */
export const currentOwner: CurrentOwner = Number(nodeMajor) < 24 ? new HookedOwner() : new StoredOwner();
