import { html, type Rendered, type TemplateValue } from "holdfast";

/** The engine's work, in counts that are the same on every machine. */
export interface Work {
  /** Templates created: one per view, and one per item of a list. */
  templates: number;
  /** Values of templates that were read: each read is a comparison or the start of one. */
  looks: number;
  /** Values turned into text. */
  texts: number;
}

type Hole = { encode: (value: unknown) => string };

/** A template tag that counts what the engine does with its templates; the engine needs no change. */
export class WorkCounter {
  readonly #work: Work = { templates: 0, looks: 0, texts: 0 };
  readonly #watched = new WeakSet<Hole>();

  /** Use it as `html`. */
  readonly html = (strings: TemplateStringsArray, ...values: readonly TemplateValue[]): Rendered => {
    const work = this.#work;
    work.templates++;
    const rendered = html(strings, ...values);
    for (const hole of rendered.template.holes as unknown as readonly Hole[]) this.#watch(hole);
    const counted = new Proxy(rendered.values, {
      get(target, key) {
        if (typeof key === "string" && /^\d+$/.test(key)) work.looks++;
        return Reflect.get(target, key) as unknown;
      },
    });
    Object.defineProperty(rendered, "values", { value: counted });
    return rendered;
  };

  #watch(hole: Hole): void {
    if (this.#watched.has(hole)) return;
    this.#watched.add(hole);
    const encode = hole.encode.bind(hole);
    hole.encode = (value) => {
      this.#work.texts++;
      return encode(value);
    };
  }

  /** The work done while `job` runs. */
  async during(job: () => Promise<unknown>): Promise<Work> {
    const before = { ...this.#work };
    await job();
    const { templates, looks, texts } = this.#work;
    return { templates: templates - before.templates, looks: looks - before.looks, texts: texts - before.texts };
  }
}
