import { HoldfastError } from "../../../errors/index.js";
import { checkValue, FUNCTION, TEXT, type Kind, type OptionsPlace } from "../../../errors/options.js";
import { andThen, type MaybePromise } from "../../../mailbox/index.js";
import { ownerOf, socketPart, type Owner } from "../../socket/index.js";
import { AttachedHooks, stagesOf, type HookStage, type HookStages } from "./attached-hooks.js";

/** The socket's methods for hooks attached during a view's life. */
export interface HookSocket {
  /**
   * Attaches a hook to a stage. It runs before the handler and may `halt()` it; `afterRender` runs after each render. A live component
   * has no `handleParams`.
   *
   * @throws HoldfastError `socket_misuse` if the stage has a hook of this name
   */
  attachHook<S extends HookStage>(name: string, stage: S, hook: HookStages[S]): void;
  /** Detaches a hook; does nothing if there is none. */
  detachHook(name: string, stage: HookStage): void;
}

export const hookSocket = socketPart({
  attachHook<S extends HookStage>(name: string, stage: S, hook: HookStages[S]): void {
    const owner = ownerOf(this);
    checkValue("socket_misuse", ATTACH, "the name", name, TEXT);
    checkStage(owner, stage);
    checkValue("socket_misuse", ATTACH, "the hook", hook, FUNCTION);
    if (owner.view.refreshing) return;
    if (owner.feature(AttachedHooks).attach(name, stage, hook)) return;
    throw new HoldfastError("socket_misuse", {
      what: `The view "${owner.view.name}" attaches the hook "${name}" to ${stage} twice.`,
      expected: "a name that the stage does not have yet", fix: `socket.detachHook("${name}", "${stage}") first`,
    });
  },
  detachHook(name: string, stage: HookStage): void {
    const owner = ownerOf(this);
    checkStage(owner, stage);
    owner.peek(AttachedHooks)?.detach(name, stage);
  },
});

const ATTACH: OptionsPlace = { of: "socket.attachHook", fix: 'socket.attachHook("log", "handleEvent", (event) => log(event))' };

/** A hook of another stage would never run. */
function checkStage(owner: Owner, stage: HookStage): void {
  const stages = stagesOf(owner !== owner.view.root);
  const known: Kind = { called: stages.join(", "), fits: (value) => stages.some((name) => name === value) };
  checkValue("socket_misuse", ATTACH, "the stage", stage, known);
}

/** Whether any hook is attached to a stage. */
export function hasHooks(owner: Owner, stage: HookStage): boolean {
  return owner.peek(AttachedHooks)?.has(stage) === true;
}

/** Runs a stage's hooks and then the handler, unless one of them halts. */
export function hooked<S extends Exclude<HookStage, "afterRender">, T>(
  owner: Owner, stage: S, args: Parameters<HookStages[S]>, then: () => MaybePromise<T>,
  halted: (reply?: object) => T = () => undefined as T,
): MaybePromise<T> {
  if (!hasHooks(owner, stage)) return then();
  // A hook may have waited, and meanwhile the view may have ended.
  const mayRun = (): boolean => owner.view.mayRun() && !owner.ended;
  return owner.feature(AttachedHooks).run(stage, mayRun, ...args).then((halt) => {
    if (halt !== undefined) return halted(halt.reply);
    return andThen(owner.view.ready(), () => (mayRun() ? then() : halted()));
  });
}
