// A hook beside its view: browsers run it unchanged.
import { clientHook } from "holdfast/client";
import { Probe } from "./probe.mjs";

export default clientHook(Probe, {
  async mounted() {
    this.handleEvent("points", ({ values }) => (this.el.dataset.points = values.join()));
    const { label } = await this.pushEvent("picked", { index: 3 });
    this.el.title = label;
  },
});
