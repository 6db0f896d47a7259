import { isDeepStrictEqual } from "node:util";
import { definitionOf, inScope, runningScope, Scope, type Definition } from "./scope.js";

type Callable = (this: unknown, ...args: unknown[]) => unknown;

/** A call that created a view or a component: it is repeated when the function's code changes. */
interface FactoryCall {
  readonly self: unknown;
  readonly args: unknown[];
  readonly result: unknown;
  scope: Scope;
}

/**
 * One export of a module, as its importers see it: the same through all versions of the module. A function is replaced by a
 * stand-in that calls the newest version, so that code which captured it at the start (a layout, a handler) runs the newest
 * version too.
 */
export class ExportCell {
  #read: () => unknown;
  /** The value when its module was evaluated. A re-export reads another module's newest value, so it is compared with this one. */
  #seen: unknown;
  #standIn: Callable | undefined;
  #calls: FactoryCall[] = [];
  /** Some code captured a result of this function while the application or one of its modules started. */
  #resultKept = false;

  constructor(read: () => unknown) {
    this.#read = read;
  }

  get value(): unknown {
    const value = this.#read();
    return isReplaceable(value) ? (this.#standIn ??= this.#makeStandIn(value)) : value;
  }

  /** The definitions that calls of this function have made. */
  get made(): readonly Definition[] {
    return this.#calls.flatMap(({ scope }) => scope.made);
  }

  /** Its module has been evaluated: from now on there is a value. */
  evaluated(): void {
    this.#seen = this.#read();
  }

  /** The function's newest version. */
  get #code(): Callable {
    return this.#read() as Callable;
  }

  #makeStandIn(first: Callable): Callable {
    return new Proxy(first, {
      apply: (_first, self, args: unknown[]) => this.#call(self, args),
      construct: (_first, args: unknown[], target: Callable) => Reflect.construct(this.#code, args, target) as object,
      get: (_first, key): unknown => Reflect.get(this.#code, key),
      has: (_first, key) => Reflect.has(this.#code, key),
    });
  }

  #call(self: unknown, args: unknown[]): unknown {
    const code = this.#code;
    if (runningScope() === undefined) return Reflect.apply(code, self, args);
    const scope = new Scope();
    const result = inScope(scope, () => Reflect.apply(code, self, args));
    if (definitionOf(result) === undefined) this.#resultKept = true;
    else this.#calls.push({ self, args, result, scope });
    return result;
  }

  /**
   * Installs the export's next version.
   *
   * @returns `fits`: importers need not run again, because what they hold is unchanged or calls the new code; `undo`: reverts
   * it; `scopes`: those of the factory calls that were repeated
   */
  replace(read: () => unknown): { fits: boolean; undo: () => void; scopes: readonly Scope[] } {
    const before = { read: this.#read, seen: this.#seen, standIn: this.#standIn, calls: this.#calls, resultKept: this.#resultKept };
    const undo = (): void => {
      this.#read = before.read;
      this.#seen = before.seen;
      this.#standIn = before.standIn;
      this.#calls = before.calls;
      this.#resultKept = before.resultKept;
    };
    const old = this.#seen;
    const next = read();
    if (Object.is(old, next) || isSameData(old, next)) return { fits: true, undo, scopes: [] };
    this.#read = read;
    this.#seen = next;
    if (!isReplaceable(old) || !isReplaceable(next) || before.resultKept) {
      // A new stand-in, so that a module that re-exports it notices the change. Holders of the old one call the new code.
      this.#standIn = undefined;
      this.#calls = [];
      this.#resultKept = false;
      return { fits: false, undo, scopes: [] };
    }
    try {
      const again = before.calls.map((call) => {
        const scope = new Scope(call.scope.made);
        const result = inScope(scope, () => Reflect.apply(next, call.self, call.args));
        return { ...call, scope, fits: definitionOf(result) === definitionOf(call.result) };
      });
      this.#calls = again;
      return { fits: again.every(({ fits }) => fits), undo, scopes: again.map(({ scope }) => scope) };
    } catch (error) {
      undo();
      throw error;
    }
  }
}

/** A class has instances, which keep their code, so it is never replaced in place. */
function isReplaceable(value: unknown): value is Callable {
  return typeof value === "function" && !/^class\b/.test(Function.prototype.toString.call(value));
}

/** Plain data that an importer may keep: a topic, a table of labels. */
function isSameData(old: unknown, next: unknown): boolean {
  return isData(old) && isData(next) && isDeepStrictEqual(old, next);
}

function isData(value: unknown, depth = 0): boolean {
  if (value === null || typeof value !== "object") return typeof value !== "function" && typeof value !== "symbol";
  if (depth > 8) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (value instanceof Map || value instanceof Set || value instanceof Promise) return false;
  // An object with its own methods may hold state that no comparison sees.
  if (prototype !== null && prototype !== Object.prototype && prototype !== Array.prototype) return false;
  return Reflect.ownKeys(value).every((key) => isData((value as Record<PropertyKey, unknown>)[key], depth + 1));
}
