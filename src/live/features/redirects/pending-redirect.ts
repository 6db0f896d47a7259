import { HoldfastError } from "../../../errors/index.js";
import { Feature, type Owner, type Redirect } from "../../socket/index.js";

/** A redirect requested by the running code, followed when its job has ended. The last one counts. */
export class PendingRedirect extends Feature {
  readonly #owner: Owner;
  #target: Redirect | undefined;
  #asked: Redirect | undefined;

  constructor(owner: Owner) {
    super();
    this.#owner = owner;
  }

  set(target: Redirect): void {
    const { view, ended } = this.#owner;
    this.#asked = target;
    if (ended || !view.mayRun()) return;
    if (view.rendering) {
      throw new HoldfastError("socket_misuse", {
        what: `A component of the view "${view.name}" redirects while the page is rendered.`,
        expected: "a redirect from mount of a view, an event, a message or a task",
        fix: "socket.send(() => socket.pushNavigate(…))",
      });
    }
    this.#target = target;
  }

  get waits(): boolean {
    return this.#target !== undefined;
  }

  /** What the running code has asked for, even if it is not followed because the view has ended meanwhile. */
  get asked(): Redirect | undefined {
    return this.#asked;
  }

  take(): Redirect | undefined {
    const target = this.#target;
    this.#target = this.#asked = undefined;
    return target;
  }
}
